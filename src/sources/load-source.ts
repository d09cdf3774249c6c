import type { MillraceError } from '../core/errors.ts'
import type { Delivery } from './deliveries.ts'
import type { RowRules } from './load/place.ts'
import type { OnChange } from './load/plan.ts'
import type { FileReader } from './reader.ts'

/** Files that feed a table. */
export interface LoadSource {
  readonly name: string
  readonly table: string
  readonly reader: FileReader
  readonly rules: RowRules
  readonly onChange: OnChange
  /** Share of a file's records that may be refused before nothing of it is loaded: 0.1 for a tenth. */
  readonly maxRejects: number
}

/** What became of a file. */
export type FileOutcome =
  | { readonly path: string; readonly outcome: 'loaded'; readonly delivery: Delivery; readonly drift: Drift }
  | {
      readonly path: string
      readonly outcome: 'skipped'
      readonly reason: 'unchanged' | 'known'
      readonly sameAs: string
    }
  | { readonly path: string; readonly outcome: 'removed'; readonly sameAs: string }
  | { readonly path: string; readonly outcome: 'refused'; readonly error: MillraceError }

/** How the fields of a file differ from the declared columns. */
export interface Drift {
  /** Columns that it lacks: NULL. */
  readonly missing: readonly string[]
  /** Fields that no column takes. */
  readonly undeclared: readonly string[]
}
