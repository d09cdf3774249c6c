import type { ErrorRow } from './row.ts'

/** Delta tables: what is wrong with one, and what it needs that Millrace does not do. */
export const lakeErrors = {
  TABLE_NOT_FOUND: {
    kind: 'missing',
    message: 'there is no table `{table}` in {root}',
    hint: 'check the name with `millrace table ls`; a Delta table is a folder that holds `_delta_log`',
  },
  TABLE_CORRUPT: {
    kind: 'corrupt',
    message: 'table `{table}`: {file}{place}: {reason}',
    hint: 'bring {file} back from a copy; nothing is read past it, so that no row is wrong',
  },
  FEATURE_UNSUPPORTED: {
    kind: 'data',
    message: 'table `{table}` uses `{feature}`, which Millrace cannot {operation}',
    hint: 'rewrite the table without `{feature}`, with the system that wrote it',
  },
  VERSION_NOT_FOUND: {
    kind: 'missing',
    message: 'table `{table}` has no version {version}; it has {earliest} to {latest}',
    hint: 'list the versions with `millrace table history {table}`',
  },
  TIME_NOT_FOUND: {
    kind: 'missing',
    message: 'table `{table}` has nothing as old as {time}; its first version is of {earliest}',
    hint: 'list the versions with `millrace table history {table}`',
  },
  SCHEMA_MISMATCH: {
    kind: 'data',
    message: 'column `{column}` of table `{table}` is {has}; the rows bring {brings}',
    hint: 'change the type in the contract and run `millrace plan`; a column is never retyped by a write',
  },
  COMMIT_CONFLICT: {
    kind: 'conflict',
    message: 'table `{table}`: the {operation} came second to version {version}: {reason}',
    hint: 'run it again; it reads the table anew',
  },
  COMMIT_UNKNOWN: {
    kind: 'busy',
    message: 'table `{table}`: whether version {version} was committed could not be found out: {reason}',
    hint: 'look at `millrace table history {table}` once its folder can be reached; the commit is {id}',
  },
  TXN_COVERED: {
    kind: 'conflict',
    message: 'table `{table}`: {appId} is at {version} already',
    hint: 'nothing is left to do: another process has committed the same',
  },
  TABLE_APPEND_ONLY: {
    kind: 'denied',
    message: 'table `{table}` takes new rows only (`delta.appendOnly`); the {operation} would remove some',
    hint: 'set the table property `delta.appendOnly` to false with the system that set it',
  },
  TABLE_EXISTS: {
    kind: 'conflict',
    message: 'there is a table `{table}` already',
    hint: 'take another name, or drop it with `millrace table drop {table}`',
  },
  VERSION_VACUUMED: {
    kind: 'missing',
    message:
      'files of version {version} of table `{table}` were deleted by a vacuum; the earliest whole version is {earliest}',
    hint: 'use version {earliest} or a later one',
  },
  COLUMN_UNKNOWN: {
    kind: 'data',
    message: 'the rows bring a column `{column}`, which table `{table}` does not have',
    hint: 'leave it out, or declare it in the contract and run `millrace plan`',
  },
  NULL_NOT_ALLOWED: {
    kind: 'data',
    message: 'column `{column}` of table `{table}` may not be NULL; {rows} rows bring NULL there',
    hint: 'fill it in the SELECT, or allow NULL in the contract',
  },
  TOO_MANY_PARTITIONS: {
    kind: 'data',
    message: 'the rows fall into {partitions} partitions of table `{table}`; a commit takes {limit}',
    hint: 'write fewer days at a time, or partition by a longer unit',
  },
  ROWS_OUTSIDE: {
    kind: 'data',
    message: '{rows} rows for table `{table}` lie outside of what they would replace ({what})',
    hint: 'restrict the rows to {what}',
  },
  ROWS_UNACCOUNTED: {
    kind: 'data',
    message: 'table `{table}`: {expected} rows were to be written and {written} came',
    hint: 'use a condition that says the same each time, without random() or now(); nothing was changed',
  },
  KEY_NOT_UNIQUE: {
    kind: 'data',
    message: '{keys} keys occur more than once in the rows to merge into table `{table}`, as {key}',
    hint: 'keep one row of each key, with row_number() or max_by()',
  },
} as const satisfies Record<string, ErrorRow>
