import type { ErrorRow } from './row.ts'

/** What a person typed, and the folders that commands make. */
export const commandLineErrors = {
  USAGE: { kind: 'usage', message: '{reason}', hint: '{hint}' },
  NAME_UNKNOWN: { kind: 'missing', message: 'there is no {what} `{name}`', hint: '{suggestion}' },
  TABLE_EXTERNAL: {
    kind: 'denied',
    message: 'table `{table}` belongs to others: the project only reads it',
    hint: 'change it with the system that writes it',
  },
  PROJECT_EXISTS: {
    kind: 'usage',
    message: '{dir} has a {file} already',
    hint: 'give another folder: `millrace init DIR`; nothing was written',
  },
  CONFIRMATION_NEEDED: {
    kind: 'usage',
    message: '{command} changes data and nobody is there to ask',
    hint: 'look at what it shows, then run it again with --yes',
  },
} as const satisfies Record<string, ErrorRow>
