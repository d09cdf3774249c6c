import type { Context } from '../core/context.ts'
import type { Engine } from '../engines/engine.ts'
import type { TailSpec } from '../engines/tail.ts'
import type { Lake } from '../lake/lake.ts'
import type { Disk } from '../storage/disk.ts'
import type { EventIds } from './event-ids.ts'
import type { Log } from './log.ts'

export interface LiveStreamOptions {
  /** The stream's name, and that of its table, which is there. */
  readonly stream: string
  readonly lake: Lake
  /** Holds the tail. */
  readonly engine: Engine
  readonly log: Log
  /** Where the log lies. */
  readonly folder: string
  readonly disk: Disk
  /** Of streams whose events have ids; closed with the stream. */
  readonly ids?: EventIds
  /** How the events that were judged by a contract become rows. */
  readonly spec: (contract: number) => TailSpec
  /** The one that events are judged by now. */
  readonly contract: number
  readonly context: Context
  /** Events that wait for this many others before they are written to the table, and for so long at most. */
  readonly flushRows?: number
  readonly flushMs?: number
  /** Events that one commit takes at most: `flushRows`, and never less than 200,000 unless it is told. */
  readonly commitRows?: number
  /** Records of the log, rejects among them, that may wait for a table that takes none; events that come then are refused. */
  readonly waitingRecords?: number
  /** How long an id waits for the rules' verdict on the event that has it. */
  readonly judgeMs?: number
  /** How often commits of others are looked for. */
  readonly followMs?: number
  /** How long reading the log after a start may take before it is looked at again. */
  readonly readMs?: number
  /** How long a query waits for what was acknowledged before it came. */
  readonly barrierMs?: number
  /** A table whose other log is gone is read on from this one: what only that log had is given up. */
  readonly beginAnew?: boolean
  /** The table takes no commits, or, without an error, takes them again. */
  readonly onTrouble?: (stream: string, error: Error | undefined) => void
}
