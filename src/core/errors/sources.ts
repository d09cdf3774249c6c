import type { ErrorRow } from './row.ts'

/** Files and other places where rows come from. */
export const sourceErrors = {
  SPOOL_LINE_OPEN: {
    kind: 'busy',
    message: '{path} has come to rest within a line',
    hint: 'it is read once that line has an end; if whoever writes it is done, add one',
  },
  SPOOL_NAME_TAKEN: {
    kind: 'data',
    message: '{path} has grown since it was read and set aside as {aside}, and another file has its name',
    hint: 'give the newer file another name: both are read then',
  },
  FILE_NOT_FOUND: {
    kind: 'missing',
    message: 'no file matches {path}',
    hint: 'paths in the config are relative to the project, on the command line to the current folder',
  },
  FILE_UNREADABLE: {
    kind: 'data',
    message: '{path} cannot be read: {reason}',
    hint: 'nothing of it was loaded; mend or remove it and run this again',
  },
  DOCUMENT_TOO_LARGE: {
    kind: 'data',
    message: '{path} is one JSON document of more than {limit}, which would be held in memory whole',
    hint: 'nothing of it was loaded; write one object a line (`jq -c ".[]" FILE > FILE.ndjson`) and load that: lines have no such limit',
  },
  ENCODING_UNKNOWN: {
    kind: 'usage',
    message: 'there is no encoding `{encoding}`',
    hint: 'write a name of the Encoding Standard, such as utf-8, windows-1252, gb18030, shift_jis, utf-16le',
  },
  DIALECT_INVALID: { kind: 'usage', message: '{option}: {reason}', hint: '{hint}' },
  PATH_UNMATCHED: {
    kind: 'data',
    message: '{path} does not end as pathColumns says: {pattern}',
    hint: 'narrow the glob to the files that do, or mend pathColumns',
  },
  FILE_CHANGING: {
    kind: 'conflict',
    message: '{path} changed while it was read',
    hint: 'nothing of it was loaded; run this again when it is complete',
  },
  FILE_CHANGED: {
    kind: 'conflict',
    message: '{path} was loaded before, and its content has changed: {reason}',
    hint: "nothing of it was loaded; set onChange to 'replace', or give the new rows a file of their own",
  },
  REJECTS_OVER_LIMIT: {
    kind: 'data',
    message:
      '{path}: {rejected} of {records} records break the contract, over the limit of {limit}; the first: {first}',
    hint: 'nothing of it was loaded; check delimiter, header and columns, or raise --max-rejects',
  },
  LEDGER_OPEN: {
    kind: 'bug',
    message: 'the ledger of {path} does not close: {reason}',
    hint: 'nothing of it was loaded; this is a fault in Millrace, please report it with the file',
  },
  LEDGER_LOST: {
    kind: 'corrupt',
    message: '{file} is missing: table {table} says that it was written',
    hint: 'restore it from a backup of the lake; without it, nobody knows which files the table holds',
  },
} as const satisfies Record<string, ErrorRow>
