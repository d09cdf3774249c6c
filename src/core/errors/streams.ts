import type { ErrorRow } from './row.ts'

/** Streams: what is sent to them, and their logs. */
export const streamErrors = {
  BODY_BROKEN: {
    kind: 'usage',
    message: 'the body holds no event: byte {byte}: {reason}',
    hint: 'send one JSON object, an array of them, or one a line as application/x-ndjson; nothing was taken',
  },
  EVENTS_TOO_MANY: {
    kind: 'usage',
    message: 'the body holds more than {limit} events',
    hint: 'send it in parts; nothing was taken',
    http: 413,
  },
  LOG_DAMAGED: {
    kind: 'corrupt',
    message: '{file}, byte {byte}: {reason}',
    hint: 'these bytes were acknowledged and are not what was written: restore the file from a backup; nothing was changed',
  },
  LOG_OF_ANOTHER_TABLE: {
    kind: 'conflict',
    message: 'the log in {folder} is of the table {logged}, and the stream’s table is {table}',
    hint: 'bring back the table or the log that belongs to the other, or move the log’s folder away to begin a new one',
  },
  LOG_BEHIND_TABLE: {
    kind: 'conflict',
    message: 'the log in {folder} ends before offset {next}, and its table has what stood there up to {stored}',
    hint: 'bring back the log as it was: events that were acknowledged are missing from it',
  },
  LOG_MISSING: {
    kind: 'conflict',
    message: 'table {table} was written from the log {log}, which is not in {folder}',
    hint: 'bring back its folder; or give up what only it had with `millrace start --begin-anew`',
  },
  STREAM_FULL: {
    kind: 'busy',
    message: '{records} records of `{stream}` wait to be written to its table, of {limit} that may: {reason}',
    hint: 'send again later, with the same ids; nothing was taken',
    http: 429,
  },
  MEND_INVALID: {
    kind: 'usage',
    message: '`{text}`: {reason}',
    hint: 'write a column, = and SQL over the fields of the event, which are text: `price = abs(price::decimal(12,2))`',
  },
  LOG_BUSY: {
    kind: 'busy',
    message: '{bytes} bytes wait to be written to {folder}',
    hint: 'send again in a moment, with the same ids; nothing was taken',
    http: 429,
  },
  LOG_NO_ROOM: {
    kind: 'busy',
    message: '{free} bytes are left for {folder}, and {needed} are kept for what is not in the table yet',
    hint: 'free space, and send again with the same ids; nothing was taken',
    http: 503,
  },
  LOG_WRITE_FAILED: {
    kind: 'busy',
    message: 'a write to {file} failed: {reason}',
    hint: 'whether it is kept is not known: send again, with the same ids',
    http: 503,
  },
} as const satisfies Record<string, ErrorRow>
