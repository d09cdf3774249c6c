import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { suggest } from '../core/suggest.ts'
import { readSnapshot, tableExists } from '../lake/snapshot.ts'
import type { ModelGraph } from '../models/model.ts'
import type { Catalog } from '../query/catalog.ts'
import type { Tails } from '../query/frozen.ts'
import { KnownSnapshots } from '../query/known-snapshots.ts'
import type { Ingested } from '../streams/ingest.ts'
import type { LiveStream } from '../streams/live-stream.ts'
import type { MendOutcome } from '../streams/mend.ts'
import type { Position } from '../streams/positions.ts'
import { readOf } from '../streams/read-logs.ts'
import { keptTables, projectCatalog } from './catalog.ts'
import { type FailingBuild, keptFailingBuilds } from './failing-builds.ts'
import {
  type LivePolicy,
  type OpenStream,
  openedStream,
  type SourceRows,
  type Taken,
  type TakeOptions,
} from './live/open-stream.ts'
import { openLookups } from './lookups.ts'
import type { MendPlan, MendRequest } from './mending.ts'
import { keptModels } from './models.ts'
import type { OpenProject } from './open.ts'

export type { LivePolicy, SourceRows, Taken, TakeOptions }

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
  /** Which of some models could not be built when that was last tried: see `keptFailingBuilds`. */
  failingBuilds(models: readonly string[]): ReadonlyMap<string, FailingBuild>
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
  /** What was acknowledged before is there for queries; otherwise it is being read from the log. */
  readonly isRead: boolean
  /** Events that are not in the table yet. */
  readonly waiting: bigint
  /** Why the table takes no commits. */
  readonly trouble: Error | undefined
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
  const tables = keptTables(held, context)
  const catalog = (own: Context) => projectCatalog(held, own, { models, tables, beforeAccounts: flush })
  const freezing = { known: new KnownSnapshots(), tails }
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
    failingBuilds: keptFailingBuilds(project.runs),
    flush,
    async follow() {
      for (const { live } of streams.values()) await live.follow()
    },
    states: () =>
      [...streams].map(
        ([
          stream,
          {
            live: { isRead, pending, trouble },
          },
        ]) => ({ stream, isRead, waiting: pending, trouble }),
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
