import { join } from 'node:path'
import { type EventChecker, eventChecker } from '../../contract/check-event.ts'
import type { Context } from '../../core/context.ts'
import { isError } from '../../core/errors.ts'
import type { TailSpec } from '../../engines/tail.ts'
import type { Lake } from '../../lake/lake.ts'
import { readSnapshot } from '../../lake/snapshot.ts'
import { type Disk, nodeDisk } from '../../storage/disk.ts'
import type { IdIndex } from '../../streams/dedupe.ts'
import { type Arrived, type Ingested, ingest, ingestArrived } from '../../streams/ingest.ts'
import { type LiveStream, openLiveStream } from '../../streams/live-stream.ts'
import { type Position, positionRecord, readPositions } from '../../streams/positions.ts'
import { refusedLater } from '../../streams/refused.ts'
import { openSegmentLog } from '../../streams/segment-log.ts'
import { settleContract } from '../apply-contract.ts'
import { type Mender, openMender } from '../mending.ts'
import type { OpenProject } from '../open.ts'
import type { Target } from '../parse.ts'
import { contractApp } from '../plan.ts'
import { checkRules } from '../rules.ts'
import { openIds } from '../stream-ids.ts'
import { idMaker, idReader } from './new-ids.ts'
import { contractsOf, tailSpec } from './tail-spec.ts'

export interface TakeOptions {
  /** One event a line, whatever the body looks like. */
  readonly lines: boolean
  /** Gives events without an id the same one when the request is sent again. */
  readonly key?: string
  /** Waits for the rules, and tells what they refuse too. */
  readonly visible?: boolean
  /** See `ingest`. */
  readonly repeats?: ReadonlySet<number>
}

/** What became of the events of a body. */
export type Taken = Omit<Ingested, 'records'>

/** Rows that a source has read: the JSON of each stands in the body. */
export interface SourceRows {
  readonly body: Uint8Array
  readonly events: readonly Arrived[]
}

/** When what streams hold is written to their tables: by default 200,000 events of a stream, or after a minute. */
export interface LivePolicy {
  readonly flushRows?: number
  readonly flushMs?: number
  /** A stream whose log is gone begins another: what only that one had is given up. */
  readonly beginAnew?: boolean
  /** A table takes no commits, or, without an error, takes them again. */
  readonly onTrouble?: (stream: string, error: Error | undefined) => void
  /** Where the logs lie; the machine's own without it. */
  readonly disk?: Disk
}

export interface OpenStream extends Mender {
  readonly live: LiveStream
  readonly ids: IdIndex | undefined
  readonly take: (body: Uint8Array, options: TakeOptions) => Promise<Taken>
  readonly takeRows: (rows: SourceRows, position: Position) => Promise<Ingested>
  readonly positions: (source: string, context: Context) => Promise<ReadonlyMap<string, Position>>
}

/** How often a stream is opened again when the process that runs queries ends meanwhile. */
const attempts = 5

export async function openedStream(...given: Parameters<typeof openStream>): Promise<OpenStream> {
  for (let attempt = 1; ; attempt++)
    try {
      return await openStream(...given)
    } catch (error) {
      // all that was done is found done, or done again
      if (attempt === attempts || !isError(error, 'ENGINE_LOST')) throw error
    }
}

async function openStream(
  project: OpenProject,
  target: Target,
  policy: LivePolicy,
  context: Context,
): Promise<OpenStream> {
  const { lake, logFolder, settings } = project
  const { name, contract } = target
  await checkRules(settings, target, lake.engine, context)
  await settleContract(lake, target, context)
  const { metadata, txns } = await readSnapshot(lake, name, {}, context)
  const number = Number(txns.get(contractApp) ?? 0n)
  const folder = join(logFolder, name)
  const { disk = nodeDisk() } = policy
  const { now } = context
  await using opening = new AsyncDisposableStack()
  const log = opening.use(await openSegmentLog({ disk, folder, table: metadata.id, contract: number, now }))
  const ids = contract.id === undefined ? undefined : await openIds(project, contract, name, metadata.id, context)
  if (ids) opening.use(ids.index)
  const contracts = await contractsOf(project, name, log, context)
  const spec = (wanted: number): TailSpec => {
    const judged = contracts.get(wanted) ?? (wanted === number ? contract : undefined)
    return tailSpec(name, judged ?? contract, wanted, judged !== undefined)
  }
  const options = {
    stream: name,
    lake,
    engine: lake.engine,
    log,
    folder,
    disk,
    spec,
    contract: number,
    context,
    ...policy,
  }
  const live = await openLiveStream({ ...options, ...(ids && { ids }) })
  // from here on they are the stream's to close
  opening.move()
  const newId = idMaker(contract, now)
  const times = target.times && { times: { now, ...target.times } }
  const check: EventChecker = eventChecker(contract, { newId: () => newId.next(), ...times })
  const rejects = ids && { ids: ids.rejected, idOf: idReader(contract) }
  const site = { append: live.append.bind(live), check, ...(ids && { index: ids.index }), ...(rejects && { rejects }) }
  const derived = idMaker(contract, now)
  const mendCheck: EventChecker = eventChecker(contract, { newId: () => derived.next(), ...times })
  const judge = {
    contract,
    spec: spec(number),
    check: (reject: string) => {
      derived.from(reject)
      return mendCheck
    },
  }
  return {
    live,
    ids: ids?.index,
    ...openMender({ lake, stream: name, live, ...(ids && { index: ids.index }) }, judge),
    async take(body, { key, visible = false, ...hints }) {
      newId.from(key)
      const { records, ...taken } = await ingest(site, body, hints)
      return visible ? withRefused(live, { lake, stream: name }, taken, records, context) : taken
    },
    takeRows({ body, events }, position) {
      newId.from(undefined)
      return ingestArrived(site, body, events, { positions: [positionRecord(position)] })
    },
    positions: (source, own) => readPositions({ lake, stream: name, log, disk }, source, own),
  }
}

/** What became of events once the rules have run. */
async function withRefused(
  live: LiveStream,
  of: { readonly lake: Lake; readonly stream: string },
  taken: Taken,
  { first, indexes }: Ingested['records'],
  context: Context,
): Promise<Taken> {
  const refused = await refusedLater(live, of, { first, next: first + BigInt(indexes.length) }, context)
  const later = refused.map(({ offset, ...why }) => ({ index: indexes[Number(offset - first)] as number, ...why }))
  const rejected = [...taken.rejected, ...later].toSorted((a, b) => a.index - b.index)
  return { ...taken, accepted: taken.accepted - later.length, rejected }
}
