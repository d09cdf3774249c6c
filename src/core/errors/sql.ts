import type { ErrorRow } from './row.ts'

/** SQL that a person wrote, and what becomes of it in an engine. */
export const sqlErrors = {
  SQL_INVALID: {
    kind: 'usage',
    message: 'line {line}, column {column}: {reason}{excerpt}',
    hint: '{suggestion}',
  },
  SQL_NOT_ALLOWED: {
    kind: 'denied',
    message: 'line {line}, column {column}: {reason}{excerpt}',
    hint: 'a query is one SELECT over the tables of the project; name other files with --with name=PATH',
  },
  QUERY_FAILED: {
    kind: 'data',
    message: '{reason}',
    hint: '{suggestion}',
  },
  QUERY_TIMEOUT: {
    kind: 'busy',
    message: 'the query was stopped after {seconds} s',
    hint: 'ask for fewer rows or a shorter time, or give it more time',
    http: 504,
  },
  QUERY_MEMORY: {
    kind: 'busy',
    message: 'the query needs more than the {limit} of memory that it may use: {reason}',
    hint: 'aggregate or filter earlier, select fewer columns, or give the engine more memory',
  },
  INTEGER_OVERFLOW: {
    kind: 'data',
    message: 'column `{column}` holds {value}, which a bigint cannot',
    hint: 'cast it in the SELECT to decimal(38,0) or double',
  },
  RESULT_TYPE: {
    kind: 'usage',
    message: 'column `{column}` is of type {type}, which tables do not have',
    hint: '{suggestion}',
  },
  FILE_CORRUPT: {
    kind: 'corrupt',
    message: '{reason}',
    hint: 'restore the file from a copy; `millrace doctor` lists what is damaged',
  },
} as const satisfies Record<string, ErrorRow>
