import type { Context } from '../core/context.ts'
import type { Relation } from '../engines/relation.ts'
import type { AddFile } from '../lake/actions.ts'
import type { Lake } from '../lake/lake.ts'
import type { Snapshot } from '../lake/snapshot.ts'
import type { Label } from './intervals.ts'
import type { BoundModel, ModelGraph } from './model.ts'
import type { Labels } from './state.ts'

/** Which rows of a model: all, those of intervals, those with keys. */
export type Part =
  | { readonly kind: 'all' }
  | { readonly kind: 'labels'; readonly labels: readonly Label[] }
  | { readonly kind: 'keys'; readonly keys: Relation }

/** Something that makes rows of a model other than its table has them. */
export interface Reason {
  /** The table or model that has changed; the model itself where it is its own. */
  readonly input: string
  /** The version that was read when the model was built, and the one there is. */
  readonly from?: number
  readonly to: number
  /**
   * - `new`: the model, or this input, has never been read; `fingerprint`: the model says something else now.
   * - `commits`: rows came or went; `dimension`: the same in a table that is read whole.
   * - `tail`: a stream has rows that are in no version yet.
   * - `upstream`: a model that it reads is stale itself; `remaining`: the last build has left it.
   * - `foreign`: somebody else has written to the model's table; `unknown`: what changed can no longer be told.
   */
  readonly why:
    | 'new'
    | 'fingerprint'
    | 'commits'
    | 'tail'
    | 'dimension'
    | 'unknown'
    | 'foreign'
    | 'upstream'
    | 'remaining'
  readonly commits?: number
  /** What Delta calls those commits, each name once: `WRITE`, `DELETE`, `RESTORE`. */
  readonly operations?: readonly string[]
  readonly files?: number
  readonly rows?: number
  readonly bytes?: number
}

/** What of a model is not as its inputs are now. */
export type Stale =
  | { readonly kind: 'none' }
  | { readonly kind: 'all'; readonly reasons: readonly Reason[] }
  | { readonly kind: 'some'; readonly labels: readonly Label[]; readonly reasons: readonly Reason[] }
  | { readonly kind: 'keys'; readonly keys: Relation; readonly count: number; readonly reasons: readonly Reason[] }

/** Where models are built: their graph, their lake, and one version of every table that they read. */
export interface Site {
  readonly graph: ModelGraph
  /** Of the models' own tables. */
  readonly lake: Lake
  /** IANA zone of intervals. */
  readonly timezone: string
  /** The model's own table at its version; undefined where there is none yet. */
  output(model: BoundModel, context: Context): Promise<Snapshot | undefined>
  /** Whoever has built a model goes on with its new version. */
  built(model: BoundModel, snapshot: Snapshot): void
  /** What of a model is not as its inputs are now. */
  stale(model: BoundModel, context: Context): Promise<Stale>
  /** The rows of a model's SELECT over its inputs, those that are models brought up to date. */
  select(model: BoundModel, part: Part, context: Context): Promise<Relation>
  /**
   * What of a model that is built now rests on rows of other models that their tables do not have: it stays stale until
   * these are built.
   */
  borrowed(model: BoundModel, context: Context): Promise<Labels>
  /** By table id, the version of each table that a model reads, views seen through; and an entry for these being all. */
  inputs(model: BoundModel, context: Context): Promise<ReadonlyMap<string, number>>
  /**
   * Makes sure that the versions which a build of the model rests on survive a power cut: else the number of one that is
   * lost could become that of another, and the model be taken for current.
   */
  settle(model: BoundModel, context: Context): Promise<void>
  /** The files of a table by the absolute folder that it lies in. */
  filesOf(root: string, context: Context): Promise<ReadonlyMap<string, AddFile>>
  /** The rows of any table of the project: what checks refer to. NAME_UNKNOWN. */
  rows(table: string, context: Context): Promise<Relation>
}
