import type { SqlText } from '../../sql/text.ts'
import type { ContractColumn } from '../contract.ts'

/** A reason to refuse a row. */
export interface Breach {
  readonly column: string | null
  /** True where the row has no such breach; anything else, NULL included, is one. */
  readonly ok: SqlText
  readonly code: SqlText
  readonly message: SqlText
}

/** Where a declared column comes from, as an expression over the input's `from`. */
export type Origin =
  | {
      readonly kind: 'text'
      readonly text: SqlText
      /** Where false, the field is no scalar, and no varchar takes it. */
      readonly plain?: SqlText
    }
  /** Already of the column's type. */
  | { readonly kind: 'typed'; readonly value: SqlText }

/** What each kind of input gives to the check: expressions over `from`. */
export interface InputSql {
  /** `raw`, or a SELECT in parentheses over it that passes on what `raw` has. */
  readonly from: SqlText
  /** No entry where the input lacks the column. */
  readonly origins: ReadonlyMap<ContractColumn, Origin>
  /** Columns to pass on for the tests and pairs below. */
  readonly keep: readonly { readonly name: string; readonly sql: SqlText }[]
  /** Tests of the row as a whole, over what was kept. */
  readonly breaches: readonly Breach[]
  /** `"key":value` texts of undeclared fields, or NULL, over what was kept. */
  readonly extra: readonly SqlText[]
  /** Undeclared fields, as far as they are known beforehand. */
  readonly undeclared: readonly string[]
  /** Texts that mean NULL where neither column nor source says. */
  readonly nulls: readonly string[]
  /** Each row has been found good: rules alone are asked, and `extra` is NULL. */
  readonly judged?: true
}
