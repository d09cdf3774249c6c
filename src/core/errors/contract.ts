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
  RULE_INVALID: {
    kind: 'usage',
    message: '{place}: the rule {rule} cannot be used: {reason}',
    hint: 'a rule is one SQL condition over the declared columns; it says the same of the same row each time',
  },
  CONTRACT_UNFIT: {
    kind: 'data',
    message: 'rows of {table} that do not fit the contract as it is declared now: {rows}; the first: {column} {reason}',
    hint: 'declare the column so that every value is kept, or mend the rows; nothing was changed',
  },
  CONTRACT_CHANGED: {
    kind: 'conflict',
    message: 'the contract of {table} has changed: {changes}',
    hint: 'this writes {files} anew: look at it with `millrace plan`, and carry it out with `millrace run`',
  },
  CONTRACT_STALE: {
    kind: 'conflict',
    message: '{table} has changed since its plan was made (version {version})',
    hint: 'make the plan again; nothing was changed',
  },
} as const satisfies Record<string, ErrorRow>
