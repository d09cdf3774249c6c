import type { ErrorRow } from './row.ts'

/** Models: their files, their graph, and their tests. `{place}` is `models/x.sql:4`, or `models/x.sql:4:12`. */
export const modelErrors = {
  MODEL_FILE_REFUSED: {
    kind: 'usage',
    message: '{file}: {reason}',
    hint: 'models are text files of at most 1 MB, models/<name>.sql: small letters, digits and `_`; tests are tests/<model>/<case>.yaml',
  },
  MODEL_HEADER_INVALID: {
    kind: 'usage',
    message: '{place}: {reason}',
    hint: 'docs/reference/model.md lists what the header of a model takes',
  },
  MODEL_UNKNOWN_NAME: {
    kind: 'usage',
    message: '{place}: there is no {what} `{name}`',
    hint: '{suggestion}',
  },
  MODEL_SQL_INVALID: {
    kind: 'usage',
    message: '{place}: {reason}{excerpt}',
    hint: '{suggestion}',
  },
  MODEL_OUTPUT_INVALID: {
    kind: 'usage',
    message: '{place}: {reason}{excerpt}',
    hint: '{suggestion}',
  },
  MODEL_NAME_TAKEN: {
    kind: 'usage',
    message: '{place}: {other} has the name `{name}` already',
    hint: 'models share their names with streams and tables: call the file otherwise',
  },
  MODEL_CYCLE: {
    kind: 'usage',
    message: '{place}: these models read each other in a circle: {path}{excerpt}',
    hint: 'let one of them read what the others are made from',
  },
  MODEL_NOT_TRACED: {
    kind: 'usage',
    message: '{place}: this cannot be computed {by}: {reason}{excerpt}',
    hint: '{remedy}',
  },
  TEST_INVALID: {
    kind: 'usage',
    message: '{place}: {reason}',
    hint: 'docs/reference/model.md says how a test is written',
  },
  TEST_UNKNOWN_NAME: {
    kind: 'usage',
    message: '{place}: there is no {what} `{name}`',
    hint: '{suggestion}',
  },
  TEST_NONE: {
    kind: 'missing',
    message: '{reason}',
    hint: 'write tests/<model>/<case>.yaml with `given:` and `expect:`; docs/reference/model.md says how',
  },
} as const satisfies Record<string, ErrorRow>
