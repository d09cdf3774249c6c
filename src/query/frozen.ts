import type { Context } from '../core/context.ts'
import type { Relation } from '../engines/relation.ts'
import { readSnapshot, type Snapshot } from '../lake/snapshot.ts'
import type { HeldTail } from '../streams/live-stream.ts'
import { KnownSnapshots, keyOf, type LakeTable } from './known-snapshots.ts'
import { newest, type ReadPoint } from './read-point.ts'

/**
 * One version of every table, for one query or one build: the version that a table has when it is first asked for is the
 * one that it has until the end, in whatever way it is reached. Of streams it has what was acknowledged when it was made,
 * which is kept until it is disposed of.
 */
export interface Frozen extends Disposable {
  readonly at: ReadPoint
  /** True when the past is read: of all names, or of this one. What was committed then is all there is. */
  isPinned(name?: string): boolean
  /** The table at its version. TABLE_NOT_FOUND, VERSION_NOT_FOUND, TIME_NOT_FOUND. */
  snapshot(table: LakeTable, context: Context): Promise<Snapshot>
  /**
   * What a stream holds beyond that version of its table, with its columns, of it what has `from` or a later offset;
   * undefined where that is nothing.
   */
  beyond(table: LakeTable, context: Context, from?: bigint): Promise<Relation | undefined>
  /** Stream → the offset before which it has all, of the streams that were read. */
  offsets(): Readonly<Record<string, bigint>>
  /** Whoever commits a new version goes on with it. */
  put(table: LakeTable, snapshot: Snapshot): void
}

/** What a process that takes events holds of its streams beyond their tables. */
export interface Tails {
  /** By the names of their tables, the first offset of each stream that is not acknowledged by now; in one turn. */
  acknowledged(): ReadonlyMap<string, bigint>
  /** Keeps what a stream holds from now on, once it holds all before an offset. */
  hold(stream: string, upTo: bigint, context: Context): Promise<HeldTail>
}

/** What queries find ready that come again and again. */
export interface Freezing {
  readonly at?: ReadPoint
  readonly known?: KnownSnapshots
  readonly tails?: Tails
}

/** Freezes each table when it is first asked for, and what streams have acknowledged now. */
export function freeze({ at = newest, known = new KnownSnapshots(), tails }: Freezing = {}): Frozen {
  const acknowledged = tails?.acknowledged() ?? new Map<string, bigint>()
  const taken = new Map<string, Promise<Snapshot>>()
  const held = new Map<string, Promise<HeldTail>>()
  /** Before the table's version is known: what a flush moves meanwhile is then in both, and not in neither. */
  const hold = async ({ name }: LakeTable, context: Context): Promise<HeldTail | undefined> => {
    const upTo = acknowledged.get(name)
    if (!tails || upTo === undefined || isPinned(name)) return undefined
    const tail = held.get(name) ?? tails.hold(name, upTo, context)
    held.set(name, tail)
    return tail
  }
  const isPinned = (name?: string): boolean =>
    at.timestampMs !== undefined ||
    (name === undefined ? Object.keys(at.versions).length > 0 : at.versions[name] !== undefined)
  return {
    at,
    isPinned,
    snapshot(place, context) {
      const key = keyOf(place)
      const wanted = wantedOf(place.name, at)
      const snapshot =
        taken.get(key) ??
        (wanted
          ? readSnapshot(place.lake, place.table, wanted, context)
          : hold(place, context).then(() => known.newest(place, context)))
      taken.set(key, snapshot)
      return snapshot
    },
    async beyond(place, context, from) {
      const snapshot = await this.snapshot(place, context)
      return (await hold(place, context))?.beyond(snapshot, from)
    },
    offsets: () => Object.fromEntries([...acknowledged].filter(([name]) => held.has(name))),
    put(place, snapshot) {
      known.put(place, snapshot)
      taken.set(keyOf(place), Promise.resolve(snapshot))
    },
    [Symbol.dispose]() {
      for (const tail of held.values())
        tail.then(
          (own) => own[Symbol.dispose](),
          () => undefined,
        )
    },
  }
}

function wantedOf(name: string, at: ReadPoint): { version: number } | { timestampMs: number } | undefined {
  const version = at.versions[name]
  if (version !== undefined) return { version }
  return at.timestampMs === undefined ? undefined : { timestampMs: at.timestampMs }
}
