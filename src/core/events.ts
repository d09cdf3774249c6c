/** What a fact says. A fact is written down, numbered, and replayed to a client that comes back. */
interface Facts {
  'table.committed': { table: string; version: number; rowsAdded: number; filesAdded: number }
  'table.checkpoint_failed': { table: string; version: number; reason: string }
  /** All of the stream before an offset is in a version of its table, or among its rejects. */
  'stream.flushed': { stream: string; version: number; upTo: bigint; seconds: number }
  'check.failed': { table: string; check: string; severity: 'block' | 'warn'; rowsFailed: number }
  'model.built': { model: string; version: number; rowsAdded: number; rowsRemoved: number }
  'model.failed': { model: string; code: string; reason: string }
  /** One query of a dashboard's tile was run: none for an answer that was there already. */
  'tile.queried': { seconds: number }
  'file.loaded': { source: string; path: string; stored: number; duplicate: number; rejected: number }
}

/** What a pulse says. A pulse may be dropped or merged: only the last one of its subject matters. */
interface Pulses {
  /** `steps`: of an engine; only their share of the total means something. */
  'task.progress': {
    task: string
    done: number
    total?: number
    unit: 'rows' | 'events' | 'bytes' | 'files' | 'tests' | 'steps'
  }
}

type Tagged<Map, Kind extends string> = {
  [Type in keyof Map]: { readonly kind: Kind; readonly type: Type } & Readonly<Map[Type]>
}[keyof Map]

export type Fact = Tagged<Facts, 'fact'>
export type Pulse = Tagged<Pulses, 'pulse'>
export type MillEvent = Fact | Pulse
