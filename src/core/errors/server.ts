import type { ErrorRow } from './row.ts'

/** The HTTP server: what it refuses before anything is done. */
export const serverErrors = {
  REQUEST_INVALID: {
    kind: 'usage',
    message: 'the request is not understood: {reason}',
    hint: 'the routes and what they take are in /openapi.json',
  },
  REQUEST_TOO_LARGE: {
    kind: 'usage',
    message: 'the body is larger than {limit} bytes',
    hint: 'send it in parts; nothing was taken',
    http: 413,
  },
  REQUEST_TOO_SLOW: {
    kind: 'usage',
    message: 'the request did not come to its end in time',
    hint: 'send it again, in smaller parts; nothing was taken',
    http: 408,
  },
  BODY_ENCODING_UNKNOWN: {
    kind: 'usage',
    message: 'bodies of the encoding {encoding} are not read',
    hint: 'send it plain or as gzip',
    http: 415,
  },
  ROUTE_UNKNOWN: {
    kind: 'missing',
    message: 'there is no route {method} {path}',
    hint: 'all of them are in /openapi.json',
  },
  UI_NOT_BUILT: {
    kind: 'missing',
    message: 'the pages of the user interface are not built: {folder} has none',
    hint: 'run `npm run build`, and start the server again; all other routes are answered',
  },
  TOKEN_MISSING: {
    kind: 'denied',
    message: 'this needs a token',
    hint: 'send it as `Authorization: Bearer TOKEN`',
    http: 401,
  },
  TOKEN_REFUSED: {
    kind: 'denied',
    message: 'this token is not for {what}',
    hint: 'send another one; which are for what stands under `server.tokens` of the project, and MILLRACE_ADMIN_TOKEN is for all',
  },
  WRITE_KEY_REFUSED: {
    kind: 'denied',
    message: 'the write key is not that of a tracking source: {reason}',
    hint: 'use the `key` of a tracking() source of the project; a source without one is for servers without tokens',
    http: 401,
  },
  HOST_REFUSED: {
    kind: 'denied',
    message: 'without tokens requests to {host} are not answered',
    hint: 'ask 127.0.0.1 or localhost, or give the project tokens: `server.tokens`, or MILLRACE_ADMIN_TOKEN',
  },
  ORIGIN_REFUSED: {
    kind: 'denied',
    message: 'pages of {origin} may not ask this',
    hint: 'name the origin beside the write key that its pages use',
  },
  REQUESTS_TOO_MANY: {
    kind: 'busy',
    message: 'more than {limit} requests {unit}',
    hint: 'send again after the seconds in Retry-After; nothing was taken',
    http: 429,
  },
  SERVER_STARTING: {
    kind: 'busy',
    message: 'the server is about to start: {doing}',
    hint: 'send again in a moment; /readyz says when it is ready; nothing was taken',
  },
  CLIENT_GONE: {
    kind: 'usage',
    message: 'the client has gone before it was answered',
    hint: 'wait longer, or ask for less',
    http: 499,
  },
  SERVER_STOPPING: {
    kind: 'busy',
    message: 'the server is about to stop',
    hint: 'send again in a moment; nothing was taken',
  },
  SERVER_OPEN: {
    kind: 'usage',
    message: 'a server on {host} can be reached by others, and the project has no tokens',
    hint: 'declare some under `server.tokens`, set MILLRACE_ADMIN_TOKEN to one, or listen on 127.0.0.1',
  },
  ADDRESS_TAKEN: {
    kind: 'conflict',
    message: 'port {port} of {host} is taken, by {holder}',
    hint: 'add `--port {free}`, which is free (`npm start -- --port {free}`), or stop what listens on {port}',
  },
  ADDRESS_REFUSED: {
    kind: 'usage',
    message: 'nothing can listen on {address} here: {reason}',
    hint: 'give a --host that is an address of this machine, and a --port from 1024 to 65535',
  },
  SERVED_ALREADY: {
    kind: 'conflict',
    message: 'this project is open already, at {url}, by process {pid}',
    hint: 'open {url} in a browser; to begin anew stop that one first, with Ctrl-C where it was started',
  },
  DEMO_ENDED: {
    kind: 'busy',
    message: 'the server of the shop has ended before it answered: {reason}',
    hint: '{remedy}; all that it logged is in {log}',
  },
  SERVER_UNREACHABLE: {
    kind: 'busy',
    message: 'no answer from {url}: {reason}',
    hint: 'start the server with `millrace start`, or name another with --url; what is sent again is not stored twice',
  },
  SERVER_REFUSED: {
    kind: 'denied',
    message: '{url} refused events of `{stream}` with status {status}: {reason}',
    hint: 'is it the right server, and is MILLRACE_TOKEN a key for this stream?',
  },
  SERVER_GONE: {
    kind: 'busy',
    message: 'the server that carried this out is gone: {reason}',
    hint: 'whether it was done is not known: look, and run it again',
  },
  COMMAND_NOT_CARRIED: {
    kind: 'usage',
    message: 'a server does not carry out `millrace {command}`',
    hint: 'run it in a process of its own',
  },
  UPLOAD_REFUSED: {
    kind: 'usage',
    message: '`{name}` is not taken: {reason}',
    hint: 'CSV, TSV, JSON, NDJSON and Parquet are, also with .gz or .zst; a sheet is saved as CSV first',
    http: 415,
  },
  UPLOAD_TOO_LARGE: {
    kind: 'usage',
    message: '`{name}` has {bytes} bytes, and {limit} are left for it',
    hint: 'make room where the project lies, or load the file from where it is: `millrace init --from FILE`',
    http: 413,
  },
  UPLOAD_UNKNOWN: {
    kind: 'missing',
    message: 'there is no upload {upload}',
    hint: 'send the file again: what was sent is kept for an hour, and until the server stops',
  },
  UPLOAD_MISPLACED: {
    kind: 'conflict',
    message: 'a part was sent for byte {from}, and the next is {received}',
    hint: 'go on with byte {received}',
  },
  UPLOAD_BUSY: {
    kind: 'conflict',
    message: 'the upload is {phase}',
    hint: 'a file is loaded once all of it was sent, and once: GET tells how far it is',
  },
  SERVER_OUTDATED: {
    kind: 'conflict',
    message: 'millrace.config.ts has changed since the server was started',
    hint: 'start the server again: it works by the project as it was then; nothing was done',
  },
  TABLE_LIVE: {
    kind: 'conflict',
    message: 'the server that runs writes to `{table}`',
    hint: 'stop the server first; nothing was done',
  },
  ANSWER_TOO_LARGE: {
    kind: 'usage',
    message: 'the answer is larger than {limit} bytes',
    hint: 'ask for fewer rows with `limit`, or for fewer columns',
    http: 413,
  },
} as const satisfies Record<string, ErrorRow>
