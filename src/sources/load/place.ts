import type { CheckOptions } from '../../contract/check-sql.ts'
import type { Contract } from '../../contract/contract.ts'
import type { Route } from './route.ts'

/** How the rows of a source become rows of a table. */
export interface RowRules {
  readonly contract: Contract
  /** What the source says about its text. */
  readonly text: Pick<CheckOptions, 'nulls' | 'timezone' | 'decimal'>
  /** Rows without an id get a UUID; without it they keep NULL there. */
  readonly generateId?: boolean
  /** Where a source feeds several tables: which of its rows are this one's. */
  readonly route?: Route
}

/** Where a row of a numbered reading comes from; carried along untouched. */
export const placeColumns = ['_file', '_index', '_line', '_at', '_len'] as const
