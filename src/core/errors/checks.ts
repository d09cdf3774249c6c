import type { ErrorRow } from './row.ts'

/** Expectations on tables. */
export const checkErrors = {
  CHECK_INVALID: {
    kind: 'usage',
    message: '{place}: the check {check} cannot be used: {reason}',
    hint: 'docs/reference/model.md lists the checks and what each takes',
  },
  CHECK_FAILED: {
    kind: 'data',
    message: 'table `{table}`: the check {check} failed: {finding}{more}',
    hint: 'nothing was changed: mend the rows it is made of, or the SELECT; or let it pass with `severity: warn`',
  },
  CHECK_NOT_RUN: {
    kind: 'data',
    message: 'table `{table}`: the check {check} could not be run: {reason}',
    hint: 'mend the check, or the table that it needs; what was not checked is not let in',
  },
} as const satisfies Record<string, ErrorRow>
