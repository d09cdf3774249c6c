import type { MillraceError } from '../core/errors.ts'
import type { Delivery } from './deliveries/batch-file.ts'
import type { RowRules } from './load/place.ts'
import type { FileReader } from './reader.ts'
import type { Removal } from './removals.ts'

/** Files that feed a table. */
export interface LoadSource {
  readonly name: string
  readonly table: string
  readonly reader: FileReader
  readonly rules: RowRules
  readonly onChange: OnChange
  /** Share of a file's records that may be refused before nothing of it is loaded: 0.1 for a tenth. */
  readonly maxRejects: number
  /** Files are loaded whether or not they were before: what the table has of them, or of their content, goes. */
  readonly again?: boolean
}

/** A known path with other content: what becomes of it. */
export type OnChange = 'replace' | 'append' | 'refuse'

/**
 * Why a file is passed over: loaded under this path (`unchanged`) or as another file (`known`), or loaded and then
 * restored away (`removed`).
 */
export type SkipReason = 'unchanged' | 'known' | 'removed'

/** What became of a file. */
export type FileOutcome =
  | { readonly path: string; readonly outcome: 'loaded'; readonly delivery: Delivery; readonly drift: Drift }
  | {
      readonly path: string
      readonly outcome: 'skipped'
      readonly reason: SkipReason
      readonly sameAs: string
      /** Of `removed`: the restore that took the rows out. */
      readonly restore?: Removal | undefined
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
