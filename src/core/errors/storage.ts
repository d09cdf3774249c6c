import type { ErrorRow } from './row.ts'

/** Disks and object stores. */
export const storageErrors = {
  OBJECT_NOT_FOUND: {
    kind: 'missing',
    message: '{path} does not exist',
    hint: 'check the path and the lake of the project',
  },
  PATH_INVALID: {
    kind: 'usage',
    message: 'the path {path} is not allowed: {reason}',
    hint: 'use a relative path of plain names inside the lake',
  },
  PERMISSION_DENIED: {
    kind: 'denied',
    message: 'no permission to {operation} {path}',
    hint: 'give the user that runs Millrace access to it',
  },
  STORE_UNREACHABLE: { kind: 'busy', message: '{operation} of {path} failed: {reason}', hint: 'run `millrace doctor`' },
  DISK_FULL: {
    kind: 'busy',
    message: 'no space left for {path}',
    hint: 'free space and run it again; what was committed before is unharmed',
    http: 507,
  },
  FILE_DAMAGED: {
    kind: 'corrupt',
    message: '{file} is not as Millrace wrote it: {reason}',
    hint: 'restore this file from a backup; nothing was changed',
  },
  STATE_CORRUPT: {
    kind: 'corrupt',
    message: '{file}: {reason}',
    hint: 'delete it; it is a cache that is made again from the lake',
  },
} as const satisfies Record<string, ErrorRow>
