import type { ErrorRow } from './row.ts'

/** Files and other places where rows come from. */
export const sourceErrors = {
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
  ENCODING_UNKNOWN: {
    kind: 'usage',
    message: 'there is no encoding `{encoding}`',
    hint: 'write a name of the Encoding Standard, such as utf-8, windows-1252, gb18030, shift_jis, utf-16le',
  },
} as const satisfies Record<string, ErrorRow>
