import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type EventChecker, eventChecker, eventKeys } from '../contract/check-event.ts'
import { checkSql } from '../contract/check-sql.ts'
import { type Contract, derivedColumns, extraColumn } from '../contract/contract.ts'
import { parseColumn } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { isError, MillraceError } from '../core/errors.ts'
import { suggest } from '../core/suggest.ts'
import type { TailSpec } from '../engines/tail.ts'
import type { Lake } from '../lake/lake.ts'
import { readSnapshot, tableExists } from '../lake/snapshot.ts'
import type { ModelGraph } from '../models/model.ts'
import type { Catalog } from '../query/catalog.ts'
import type { KnownSnapshots, Tails } from '../query/frozen.ts'
import { nodeDisk } from '../storage/disk.ts'
import { readOwnFile } from '../storage/own-file.ts'
import type { IdIndex } from '../streams/dedupe.ts'
import { type Arrived, type Ingested, ingest, ingestArrived, keyedId, timeId } from '../streams/ingest.ts'
import { type LiveStream, openLiveStream } from '../streams/live-stream.ts'
import type { Log } from '../streams/log.ts'
import type { MendOutcome } from '../streams/mend.ts'
import { type Position, positionRecord, readPositions } from '../streams/positions.ts'
import { readOf } from '../streams/read-logs.ts'
import { refusedLater } from '../streams/refused.ts'
import { openSegmentLog } from '../streams/segment-log.ts'
import { settleContract } from './apply-contract.ts'
import { projectCatalog } from './catalog.ts'
import { openLookups } from './lookups.ts'
import { type Mender, type MendPlan, type MendRequest, openMender } from './mending.ts'
import { keptModels } from './models.ts'
import type { OpenProject } from './open.ts'
import type { Target } from './parse.ts'
import { contractApp, contractFile, contractPath } from './plan.ts'
import { checkRules } from './rules.ts'
import { openIds } from './stream-ids.ts'

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

/** The streams of a project that this process writes, until it is closed; then what they hold is in their tables. */
export interface LiveProject extends AsyncDisposable {
  /** The project as this process has it: with the logs that it writes. */
  readonly project: OpenProject
  /** Takes a body into a stream. NAME_UNKNOWN, the codes of `ingest`; TAIL_LATE with `visible`, when all of it is durable. */
  take(stream: string, body: Uint8Array, options: TakeOptions): Promise<Taken>
  readonly streams: ReadonlyMap<string, LiveStream>
  /** One row by its key, as JSON: see `Lookups`. */
  row(name: string, key: string, context: Context): Promise<string>
  /** What would become of open rejects of a stream, and exactly that. NAME_UNKNOWN, MEND_INVALID; the codes of `append`. */
  planMend(request: MendRequest, context: Context): Promise<MendPlan>
  applyMend(plan: MendPlan, context: Context): Promise<MendOutcome>
  /** Takes what a source has read, and how far it has come with it, in one group. The codes of `ingestArrived`. */
  takeRows(stream: string, rows: SourceRows, position: Position): Promise<Ingested>
  /** How far a source has read its files into a stream. */
  positions(stream: string, source: string, context: Context): Promise<ReadonlyMap<string, Position>>
  /** What queries can read. */
  catalog(context: Context): Promise<Catalog>
  /** What they find ready: of streams what is in no table yet, and the versions that others have read. */
  readonly freezing: { readonly known: KnownSnapshots; readonly tails: Tails }
  /** The project's models, bound. The codes of `openModels`. */
  models(context: Context): Promise<ModelGraph>
  /** Brings all that was acknowledged into the tables. */
  flush(): Promise<void>
  /** Takes in the ids that loads have brought. */
  follow(): Promise<void>
  /** How each stream is now. */
  states(): readonly StreamState[]
}

export interface StreamState {
  readonly stream: string
  /** What was acknowledged before is there for queries; otherwise `waiting` events are being read from the log. */
  readonly isRead: boolean
  /** Events that are not in the table yet. */
  readonly waiting: bigint
  /** Why the table takes no commits. */
  readonly trouble: Error | undefined
}

/** When what streams hold is written to their tables: by default 200,000 events of a stream, or after a minute. */
export interface LivePolicy {
  readonly flushRows?: number
  readonly flushMs?: number
  /** A stream whose log is gone begins another: what only that one had is given up. */
  readonly beginAnew?: boolean
  /** A table takes no commits, or, without an error, takes them again. */
  readonly onTrouble?: (stream: string, error: Error | undefined) => void
}

/** Opens the streams of a project that is open for writing. The codes of `settleContract` and `openLiveStream`. */
export async function openLive(project: OpenProject, context: Context, policy: LivePolicy = {}): Promise<LiveProject> {
  const streams = new Map<string, OpenStream>()
  await using opening = new AsyncDisposableStack()
  for (const target of project.settings.targets.values()) {
    if (target.kind !== 'stream') continue
    const stream = await openedStream(project, target, policy, context)
    opening.use(stream.live)
    streams.set(target.name, stream)
  }
  const tails: Tails = {
    acknowledged: () => new Map([...streams].map(([name, { live }]) => [name, live.log.next])),
    hold: (name, upTo, own) => (streams.get(name) as OpenStream).live.hold(upTo, own),
  }
  const flush = async (): Promise<void> => {
    for (const { live } of streams.values()) await live.flush()
  }
  const models = keptModels(project)
  const held: OpenProject = {
    ...project,
    flush,
    log: async (name) => streams.get(name)?.live.log,
    ids: (name) => streams.get(name)?.ids,
  }
  const catalog = (own: Context) => projectCatalog(held, own, { models, beforeAccounts: flush })
  const freezing = { known: new Map(), tails }
  const lookups = await openLookups(project, { catalog, models }, freezing)
  const streamOf = async (name: string): Promise<OpenStream> => {
    const stream = streams.get(name)
    if (stream) return stream
    throw new MillraceError('NAME_UNKNOWN', { what: 'stream', name, suggestion: suggest(name, [...streams.keys()]) })
  }
  const closing = opening.move()
  return {
    project: held,
    take: (name, body, options) => streamOf(name).then((stream) => stream.take(body, options)),
    planMend: (request, own) => streamOf(request.stream).then((stream) => stream.planMend(request, own)),
    applyMend: (plan, own) => streamOf(plan.stream).then((stream) => stream.applyMend(plan, own)),
    takeRows: (name, rows, position) => streamOf(name).then((stream) => stream.takeRows(rows, position)),
    positions: (name, source, own) => streamOf(name).then((stream) => stream.positions(source, own)),
    streams: new Map([...streams].map(([name, { live }]) => [name, live])),
    row: (...asked) => lookups.row(...asked),
    catalog,
    freezing,
    models,
    flush,
    async follow() {
      for (const { live } of streams.values()) await live.follow()
    },
    states: () =>
      [...streams].map(
        ([
          stream,
          {
            live: { isRead, waiting, trouble },
          },
        ]) => ({ stream, isRead, waiting, trouble }),
      ),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

/**
 * Brings what a server that was killed has left in the logs into the tables, before others add to them: ids are looked for
 * there. The codes of `openLive`.
 */
export async function settleLogs(project: OpenProject, context: Context): Promise<void> {
  if (project.flush) return project.flush()
  if (!(await hasUnread(project, context))) return
  await using live = await openLive(project, context)
  await live.flush()
}

/** Whether a log has what its table has not read. */
export async function hasUnread(project: OpenProject, context: Context): Promise<boolean> {
  const { lake } = project
  for (const { kind, name } of project.settings.targets.values()) {
    const log = kind === 'stream' ? await project.log(name) : undefined
    if (!log) continue
    if (!(await tableExists(lake, name, context))) return true
    if (log.next - 1n > readOf(await readSnapshot(lake, name, {}, context), log.id)) return true
  }
  return false
}

interface OpenStream extends Mender {
  readonly live: LiveStream
  readonly ids: IdIndex | undefined
  readonly take: (body: Uint8Array, options: TakeOptions) => Promise<Taken>
  readonly takeRows: (rows: SourceRows, position: Position) => Promise<Ingested>
  readonly positions: (source: string, context: Context) => Promise<ReadonlyMap<string, Position>>
}

/** How often a stream is opened again when the process that runs queries ends meanwhile. */
const attempts = 5

async function openedStream(...given: Parameters<typeof openStream>): Promise<OpenStream> {
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
  const disk = nodeDisk()
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

/** The contracts that the records of a log were judged by, as they were recorded. */
async function contractsOf(
  { lake }: OpenProject,
  table: string,
  log: Log,
  context: Context,
): Promise<ReadonlyMap<number, Contract>> {
  const contracts = new Map<number, Contract>()
  for (const { contract: number } of log.ranges(0n)) {
    if (contracts.has(number)) continue
    const path = contractPath(table, BigInt(number))
    const recorded = await readOwnFile(lake.store, path, contractFile, context.signal)
    if (recorded) contracts.set(number, recorded.contract)
  }
  return contracts
}

/** `isJudged`: it is by this very contract that the events of that number were judged. */
function tailSpec(stream: string, contract: Contract, number: number, isJudged: boolean): TailSpec {
  const carry = ['_offset', '_received_at']
  const { good, bad } = checkSql(contract, { input: { kind: 'json', keys: eventKeys(contract) }, carry })
  const simple = checkSql(contract, { input: { kind: 'simple' }, carry })
  const declared = contract.columns.map(({ name, type, nullable }) => ({ name, type, nullable }))
  const extra = contract.unknown === 'keep' ? [extraColumn] : []
  const carried = [parseColumn('_offset', 'bigint'), parseColumn('_received_at', 'timestamptz')]
  return {
    stream,
    contract: number,
    good,
    bad,
    ...(isJudged && { simple: { good: simple.good, bad: simple.bad } }),
    columns: [...declared, ...extra, ...derivedColumns(contract), ...carried],
  }
}

/** Reads the id of an event, whatever else is wrong with it. */
function idReader(contract: Contract): (bytes: Uint8Array) => string | undefined {
  const columns = contract.columns.filter(({ name }) => name === contract.id)
  const { id, timezone } = contract
  const check = eventChecker({
    columns,
    ...(id !== undefined && { id }),
    key: [],
    timezone,
    partitionBy: {},
    unknown: 'drop',
    nan: 'null',
    rules: [],
  })
  return (bytes) => {
    const event = check(bytes, 0, bytes.byteLength)
    return event.kind === 'accepted' ? event.id : undefined
  }
}

/** Ids for events that come without one: of a time, or of a key that the request has. All of a request are made in one turn. */
function idMaker({ columns, id }: Contract, now: () => number) {
  const isUuid = columns.find((column) => column.name === id)?.type.kind === 'uuid'
  let [key, count] = ['', 0]
  return {
    from(given: string | undefined): void {
      key = given ?? ''
      count = 0
    },
    next(): string {
      if (key !== '') return keyedId(key, count++)
      return isUuid ? timeId(now()) : randomBytes(16).toString('hex')
    },
  }
}
