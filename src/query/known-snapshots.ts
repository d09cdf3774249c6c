import type { Context } from '../core/context.ts'
import type { Lake } from '../lake/lake.ts'
import { isRecent, type ReadAt, readAt } from '../lake/recent.ts'
import { readSnapshot, refreshSnapshot, type Snapshot } from '../lake/snapshot.ts'

/** Where a name of the catalog lies: a Delta table of some lake. */
export interface LakeTable {
  readonly name: string
  readonly lake: Lake
  /** The table's name in that lake. */
  readonly table: string
}

export function keyOf({ lake, table }: LakeTable): string {
  return `${lake.root}\0${table}`
}

/**
 * The newest snapshots that were read, for whoever asks often: all that this process has committed is in them. Commits of
 * others may come a little later, until `expire`.
 */
export class KnownSnapshots {
  readonly #known = new Map<string, { readonly snapshot: Snapshot; readonly at: ReadAt }>()
  #expiredMs = 0

  async newest(place: LakeTable, context: Context): Promise<Snapshot> {
    const { lake, table } = place
    const known = this.#known.get(keyOf(place))
    if (known && isRecent(lake, known.at) && known.at.atMs > this.#expiredMs) return known.snapshot
    const at = readAt(lake)
    const snapshot = known
      ? await refreshSnapshot(lake, known.snapshot, context)
      : await readSnapshot(lake, table, {}, context)
    this.#put(place, snapshot, at)
    return snapshot
  }

  put(place: LakeTable, snapshot: Snapshot): void {
    this.#put(place, snapshot, readAt(place.lake))
  }

  /** From now on all are looked at again: what was read at several times did not fit together. */
  expire(): void {
    this.#expiredMs = performance.now()
  }

  #put(place: LakeTable, snapshot: Snapshot, at: ReadAt): void {
    const known = this.#known.get(keyOf(place))
    // one that began earlier may end later
    if (!known || known.at.atMs <= at.atMs) this.#known.set(keyOf(place), { snapshot, at })
  }
}
