import type { ErrorRow } from './row.ts'

/** Building models: what keeps one from its table. */
export const buildErrors = {
  MODEL_TABLE_TAKEN: {
    kind: 'conflict',
    message: '{place}: the lake has a table `{table}` with rows that no model made: {difference}',
    hint: 'call the model otherwise, or take the table away with `millrace table drop {table}`',
  },
  MODEL_OUTPUT_CHANGED: {
    kind: 'conflict',
    message: 'table `{table}` went from version {from} to {to} while its model was being built',
    hint: 'run it again: the model is planned anew, over what was written there meanwhile',
  },
  RUN_BUSY: {
    kind: 'busy',
    message: 'a run is under way: {subject}',
    hint: 'wait for its end, or cancel it: DELETE /v1/runs/{run}',
    http: 409,
  },
  RUN_ELSEWHERE: {
    kind: 'conflict',
    message: 'the run is under way in another process: {subject}',
    hint: 'wait for its end, or end it where it was begun, with Ctrl-C',
    http: 409,
  },
  RUN_CANCELLED: {
    kind: 'conflict',
    message: 'the run was cancelled',
    hint: 'what it had built by then stays; build again for the rest',
  },
  RUN_STOPPED: {
    kind: 'busy',
    message: 'the server was stopped before the run had ended',
    hint: 'what it had built by then stays; build again for the rest once the server is back',
  },
  RUN_UNKNOWN: {
    kind: 'missing',
    message: 'there is no run {run}',
    hint: 'GET /v1/runs lists those that are remembered',
  },
} as const satisfies Record<string, ErrorRow>
