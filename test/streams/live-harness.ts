import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Columns } from '../../src/core/columns.ts'
import type { Context } from '../../src/core/context.ts'
import { openDuckdb } from '../../src/engines/duckdb.ts'
import type { Engine } from '../../src/engines/engine.ts'
import type { Relation } from '../../src/engines/relation.ts'
import { collect } from '../../src/engines/rows.ts'
import { createTable } from '../../src/lake/create.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { commitQueue } from '../../src/lake/queue.ts'
import { relationOf } from '../../src/lake/relation.ts'
import { readSnapshot, tableExists } from '../../src/lake/snapshot.ts'
import { type Disk, nodeDisk } from '../../src/storage/disk.ts'
import { localStore } from '../../src/storage/local-store.ts'
import type { EventIds } from '../../src/streams/event-ids.ts'
import type { LiveStreamOptions } from '../../src/streams/live-options.ts'
import { type LiveStream, openLiveStream } from '../../src/streams/live-stream.ts'
import type { LogRecord } from '../../src/streams/log.ts'
import { streamRejectsTable } from '../../src/streams/rejects.ts'
import { openSegmentLog } from '../../src/streams/segment-log.ts'
import { columns } from '../engines/harness.ts'
import { event, specOf } from '../engines/tail-harness.ts'

export const context: Context = { signal: new AbortController().signal, emit: () => {}, now: () => 1_700_000_000_000 }

const numberColumns = columns({ n: 'bigint not null', kind: 'varchar', _file: 'varchar' })

export async function liveEngine(root: string): Promise<Engine> {
  const options = { memoryBytes: 500_000_000, threads: 2, tempFolder: join(root, 'spill'), tailFolders: [root] }
  return openDuckdb(options)
}

export interface Site {
  readonly live: LiveStream
  readonly lake: Lake
  readonly engine: Engine
}

export interface SiteOptions extends Partial<LiveStreamOptions> {
  readonly segmentBytes?: number
  /** The table's. */
  readonly columns?: Columns
  /** Opens the index of the ids of a table, by the table's id. */
  readonly openIds?: (lake: Lake, table: string, disk: Disk) => Promise<EventIds>
}

/** The stream `events` in a folder: its lake, its log, its tail. */
export async function openSite(root: string, engine: Engine, given: SiteOptions = {}): Promise<Site> {
  const { disk = nodeDisk(), segmentBytes, openIds, columns: tableColumns = numberColumns, ...options } = given
  const { contract = 1 } = options
  const lake: Lake = {
    store: localStore(join(root, 'lake'), disk),
    engine,
    root: join(root, 'lake'),
    queue: commitQueue(),
  }
  if (!(await tableExists(lake, 'events', context)))
    await createTable(lake, 'events', { columns: tableColumns }, context)
  const { id } = (await readSnapshot(lake, 'events', {}, context)).metadata
  const folder = join(root, 'log', 'events')
  const { now } = context
  const bytes = segmentBytes === undefined ? {} : { segmentBytes }
  const log = await openSegmentLog({ disk, folder, table: id, contract, now, room: 0, ...bytes })
  let ids: EventIds | undefined
  try {
    ids = await openIds?.(lake, id, disk)
    const live = await openLiveStream({
      stream: 'events',
      lake,
      engine,
      log,
      folder,
      disk,
      contract,
      spec: (number) => specOf(undefined, number),
      context,
      ...(ids && { ids }),
      ...options,
    })
    return { live, lake, engine }
  } catch (error) {
    await ids?.index[Symbol.asyncDispose]()
    await log[Symbol.asyncDispose]()
    throw error
  }
}

/** A stream that is closed after the test. */
export async function site(root: string, options: SiteOptions = {}): Promise<Site> {
  const engine = await liveEngine(root)
  const opened = await openSite(root, engine, options)
  onTestFinished(async () => {
    await opened.live[Symbol.asyncDispose]().catch(() => undefined)
    await engine.close()
  })
  return opened
}

export function send({ live }: Site, ...records: readonly (LogRecord | object)[]): Promise<unknown> {
  const all = records.map((record) => ('payload' in record ? (record as LogRecord) : event(record)))
  return live.append({ records: all, counts: { received: all.length, accepted: all.length } })
}

export function range(from: number, to: number): readonly object[] {
  return Array.from({ length: to - from }, (_, at) => ({ n: from + at }))
}

/** The numbers that a query finds: table and tail together. */
export async function numbersOf({ live, lake }: Site): Promise<readonly number[]> {
  using held = await live.hold(live.log.next, context)
  const snapshot = await readSnapshot(lake, 'events', {}, context)
  const beyond = held.beyond(snapshot)
  const of: Relation = { kind: 'union', of: [relationOf(lake, snapshot), ...(beyond ? [beyond] : [])] }
  // the lease ends when this does
  return await numbersIn(lake, of)
}

/** The numbers that the table alone has. */
export async function storedNumbers({ lake }: Pick<Site, 'lake'>): Promise<readonly number[]> {
  return numbersIn(lake, relationOf(lake, await readSnapshot(lake, 'events', {}, context)))
}

async function numbersIn(lake: Lake, of: Relation): Promise<readonly number[]> {
  const rows = await collect(await lake.engine.run({ sql: 'SELECT n FROM t ORDER BY n', from: { t: of } }, context))
  return rows.map(([n]) => Number(n))
}

/** What the rejects' table holds, by offset. */
export async function rejectsOf(lake: Lake): Promise<readonly (readonly unknown[])[]> {
  const snapshot = await readSnapshot(lake, streamRejectsTable('events'), {}, context)
  const sql = 'SELECT "offset", kind, "column", code, message, raw, encoding FROM t ORDER BY 1'
  return collect(await lake.engine.run({ sql, from: { t: relationOf(lake, snapshot) } }, context))
}
