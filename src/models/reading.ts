import type { Context } from '../core/context.ts'
import type { Lake } from '../lake/lake.ts'
import type { Snapshot } from '../lake/snapshot.ts'
import type { Site } from './site.ts'

/** A Delta table that a model reads. */
export interface InputTable {
  readonly lake: Lake
  readonly snapshot: Snapshot
}

/** Models over one version of every table: where they can be built, and read as their inputs are. */
export interface Reading extends Site {
  /** The table of an input, of a model's too; undefined where there is none yet: it has no rows. */
  input(name: string, context: Context): Promise<InputTable | undefined>
  /** The newest version that a table has by now, frozen or not. */
  newestVersion(name: string, context: Context): Promise<number>
}
