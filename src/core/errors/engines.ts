import type { ErrorRow } from './row.ts'

/** Engines that run beside the server, and the tails that they hold. */
export const engineErrors = {
  ENGINE_LOST: {
    kind: 'busy',
    message: 'the process that runs queries ended: {reason}',
    hint: 'run it again: another one is started',
  },
  ENGINE_BROKEN: {
    kind: 'bug',
    message: 'DuckDB met a fault of its own: {reason}',
    hint: 'other calls go on with a new process; please report this one with its SQL',
  },
  TAIL_LATE: {
    kind: 'busy',
    message:
      'events of `{stream}` before offset {upTo} were not loaded within {seconds} s; {loaded} is as far as it is',
    hint: 'run it again in a moment',
  },
  TAIL_LOST: {
    kind: 'busy',
    message: 'what `{stream}` held in memory is gone with the process that held it',
    hint: 'run it again: it is read from the log once more',
  },
  TAIL_AHEAD: {
    kind: 'busy',
    message:
      'events of `{stream}` after offset {after} are asked for, and those before {first} are in its table already',
    hint: 'run it again: the table is written while it is read',
  },
  TAIL_GAP: {
    kind: 'corrupt',
    message: '{file}, byte {byte}: offset {expected} of `{stream}` should stand here; {found}',
    hint: 'the log and what is read of it do not agree; nothing was changed',
  },
} as const satisfies Record<string, ErrorRow>
