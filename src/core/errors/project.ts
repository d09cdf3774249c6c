import type { ErrorRow } from './row.ts'

/** Project file, command line, and what a person typed. */
export const projectErrors = {
  PROJECT_NOT_FOUND: {
    kind: 'missing',
    message: 'no millrace.config.ts in {dir} or above',
    hint: 'run `millrace init`, or give --project DIR',
  },
  PROJECT_LOCKED: {
    kind: 'conflict',
    message: '{dir} is held by process {pid} ({command})',
    hint: 'wait for it to end, or stop it, and run this again',
  },
  CONFIG_INVALID: {
    kind: 'usage',
    message: '{place}: {reason}',
    hint: 'mend millrace.config.ts; docs/reference/config.md lists what it takes',
  },
  CONFIG_UNKNOWN_NAME: {
    kind: 'usage',
    message: '{place}: there is no {what} `{name}`',
    hint: '{suggestion}',
  },
  EXTERNAL_NOT_FOUND: {
    kind: 'missing',
    message: 'the external table `{table}` is not in {path}',
    hint: 'a Delta table is a folder that holds `_delta_log`: bring it back, or change its path in millrace.config.ts',
  },
  CONFIG_NOT_EXTENDED: {
    kind: 'conflict',
    message: 'the table `{table}` was not written into millrace.config.ts: {reason}',
    hint: 'give the project an object `tables` where defineProject is called, or declare the table by hand; nothing was changed',
  },
  PROJECT_READ_ONLY: {
    kind: 'denied',
    message: '{path} cannot be written ({reason})',
    hint: 'give the user that runs Millrace the right to write the project’s folder; nothing was changed',
  },
  NAME_TAKEN: {
    kind: 'conflict',
    message: 'there is a {what} `{name}` already',
    hint: 'choose another name',
  },
  ENV_MISSING: {
    kind: 'usage',
    message: 'the environment variable {name} is not set',
    hint: 'set {name}, or write it into the .env file of the project',
  },
  FORMAT_TOO_NEW: {
    kind: 'usage',
    message: '{file} has format {format}; this Millrace reads up to {supported}',
    hint: 'install a newer Millrace',
  },
  TYPE_UNKNOWN: { kind: 'usage', message: 'there is no column type `{type}`', hint: '{suggestion}' },
  CANCELLED: { kind: 'conflict', message: '{what} was cancelled', hint: 'nothing was changed; run it again' },
  INTERNAL: {
    kind: 'bug',
    message: '{reason}',
    hint: 'this is a fault in Millrace; please report it with the command',
  },
} as const satisfies Record<string, ErrorRow>
