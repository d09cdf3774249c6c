import type { ErrorRow } from './row.ts'

/** Contracts, and the project that declares them. */
export const contractErrors = {
  CONFIG_FAILED: {
    kind: 'usage',
    message: '{place}: {reason}',
    hint: 'the project file threw this while it ran; mend it there',
  },
  LAKE_UNSUPPORTED: {
    kind: 'usage',
    message: '{place}: lakes on {scheme} come with a later version',
    hint: 'use a folder for now; `memory:` is for tests',
  },
} as const satisfies Record<string, ErrorRow>
