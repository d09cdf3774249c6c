import type { Context } from '../core/context.ts'
import type { Lake } from '../lake/lake.ts'
import { readSnapshot, refreshSnapshot, type Snapshot } from '../lake/snapshot.ts'
import { newest, type ReadPoint } from './read-point.ts'

/** Where a name of the catalog lies: a Delta table of some lake. */
export interface LakeTable {
  readonly name: string
  readonly lake: Lake
  /** The table's name in that lake. */
  readonly table: string
}

/**
 * One version of every table, for one query or one build: the version that a table has when it is first asked for is the
 * one that it has until the end, in whatever way it is reached.
 */
export interface Frozen {
  readonly at: ReadPoint
  /** True when the past is read: of all names, or of this one. What was committed then is all there is. */
  isPinned(name?: string): boolean
  /** The table at its version. TABLE_NOT_FOUND, VERSION_NOT_FOUND, TIME_NOT_FOUND. */
  snapshot(table: LakeTable, context: Context): Promise<Snapshot>
  /** Whoever commits a new version goes on with it. */
  put(table: LakeTable, snapshot: Snapshot): void
}

/** Snapshots by root and table that were read before: brought up to date, which is less work than reading them anew. */
export type KnownSnapshots = Map<string, Snapshot>

/** Freezes nothing yet: each table when it is first asked for. */
export function freeze(at: ReadPoint = newest, known: KnownSnapshots = new Map()): Frozen {
  const taken = new Map<string, Promise<Snapshot>>()
  const newestOf = async ({ lake, table }: LakeTable, key: string, context: Context): Promise<Snapshot> => {
    const held = known.get(key)
    const snapshot = held ? await refreshSnapshot(lake, held, context) : await readSnapshot(lake, table, {}, context)
    known.set(key, snapshot)
    return snapshot
  }
  return {
    at,
    isPinned: (name) =>
      at.timestampMs !== undefined ||
      (name === undefined ? Object.keys(at.versions).length > 0 : at.versions[name] !== undefined),
    snapshot(place, context) {
      const key = keyOf(place)
      const wanted = wantedOf(place.name, at)
      const snapshot =
        taken.get(key) ??
        (wanted ? readSnapshot(place.lake, place.table, wanted, context) : newestOf(place, key, context))
      taken.set(key, snapshot)
      return snapshot
    },
    put(place, snapshot) {
      known.set(keyOf(place), snapshot)
      taken.set(keyOf(place), Promise.resolve(snapshot))
    },
  }
}

function keyOf({ lake, table }: LakeTable): string {
  return `${lake.root}\0${table}`
}

function wantedOf(name: string, at: ReadPoint): { version: number } | { timestampMs: number } | undefined {
  const version = at.versions[name]
  if (version !== undefined) return { version }
  return at.timestampMs === undefined ? undefined : { timestampMs: at.timestampMs }
}
