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
} as const satisfies Record<string, ErrorRow>
