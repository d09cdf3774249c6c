import type { Context } from '../core/context.ts'
import type { Relation } from '../engines/relation.ts'
import type { Lake } from '../lake/lake.ts'
import type { Snapshot } from '../lake/snapshot.ts'
import type { Filter } from '../sql/filters.ts'
import type { BoundModel } from './model.ts'
import type { Site, Stale } from './site.ts'

/** A Delta table that a model reads. */
export interface InputTable {
  readonly lake: Lake
  readonly snapshot: Snapshot
  /** Of a stream, what was acknowledged and is in no version yet. */
  readonly beyond?: Relation | undefined
}

/** Models over one version of every table: where they can be built, and read as their inputs are. */
export interface Reading extends Site {
  /** With filters on the model's rows, what is stale and fulfils them, and maybe more; what they rule out is not looked for. */
  stale(model: BoundModel, context: Context, filters?: readonly Filter[]): Promise<Stale>
  /**
   * Rows that a model's table lacks, where it lacks nothing else and has none that it should not: which intervals they lie
   * in need not be known then. undefined where that is not so, or nothing is stale.
   */
  missing(model: BoundModel, context: Context, filters: readonly Filter[]): Promise<Relation | undefined>
  /** The table of an input, of a model's too; undefined where there is none yet: it has no rows. */
  input(name: string, context: Context): Promise<InputTable | undefined>
  /** The newest version that a table has by now, frozen or not. */
  newestVersion(name: string, context: Context): Promise<number>
}
