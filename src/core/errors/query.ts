import type { ErrorRow } from './row.ts'

/** Questions over the project's tables. */
export const queryErrors = {
  READ_POINT_INVALID: {
    kind: 'usage',
    message: '`{text}` is no point to read at: {reason}',
    hint: 'give a time (2024-02-29T12:00:00Z, 2024-02-29) or table=VERSION',
  },
  INPUT_BEHIND: {
    kind: 'busy',
    message: '`{table}` was read at version {version}; `{model}` is made of its version {built} already',
    hint: 'run it again: tables are being written while it reads',
  },
  LOOKUP_UNKNOWN: {
    kind: 'missing',
    message: 'rows of `{name}` are not looked up by a key',
    hint: 'declare it under `lookup` in the project; {suggestion}',
  },
  LOOKUP_KEY_UNKNOWN: {
    kind: 'missing',
    message: 'no row of `{name}` has this {key}',
    hint: 'keys are compared as text: 7, 2026-11-21, a uuid in small letters',
  },
  LOOKUP_NOT_UNIQUE: {
    kind: 'conflict',
    message: '{rows} rows of `{name}` have this {key}',
    hint: 'ask for them with a query, or look up a merge model that has one row a key',
  },
  LOOKUP_TOO_LARGE: {
    kind: 'usage',
    message: '`{name}` has more than {limit} rows, which are held in memory to be looked up',
    hint: 'look up a model of the rows that are needed, or ask with a query',
    http: 413,
  },
  TABLE_AMBIGUOUS: {
    kind: 'usage',
    message: 'line {line}, column {column}: `{name}` could be {candidates}{excerpt}',
    hint: 'write the name in quotes, as it is spelt',
  },
} as const satisfies Record<string, ErrorRow>
