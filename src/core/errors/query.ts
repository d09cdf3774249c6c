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
  TABLE_AMBIGUOUS: {
    kind: 'usage',
    message: 'line {line}, column {column}: `{name}` could be {candidates}{excerpt}',
    hint: 'write the name in quotes, as it is spelt',
  },
} as const satisfies Record<string, ErrorRow>
