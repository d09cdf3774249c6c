import type { Health } from '../api/health.ts'
import type { IngestAnswer } from '../api/ingest.ts'
import type { Ledger } from '../api/ledger.ts'
import type { MendAnswer, MendBody } from '../api/mend.ts'
import type { SegmentRequest } from '../connectors/segment/read-request.ts'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { mapLimit } from '../core/map-limit.ts'
import { unfinishedIn } from '../project/dashboards.ts'
import { ledgerOf } from '../project/ledger.ts'
import type { LiveProject, Taken } from '../project/live.ts'
import { mendRejects } from '../project/mend-rejects.ts'
import type { OpenProject } from '../project/open.ts'
import type { ProjectSettings } from '../project/parse.ts'
import { track } from '../project/tracking.ts'
import { onlyNames } from '../query/catalog.ts'
import { type Answer, type QueryOptions, query } from '../query/query.ts'
import type { TrackingSource } from '../sources/tracking-source.ts'
import type { Builds } from './builds.ts'
import { type DashboardDoors, projectDashboards } from './dashboards.ts'
import type { Uploads } from './uploads.ts'
import { projectViews, type Views } from './views.ts'

export interface IngestOptions {
  /** The body is lines of JSON, whatever it looks like. */
  readonly lines: boolean
  /** Makes a request that is sent again the same, where events have no ids. */
  readonly idempotencyKey?: string
  /** Answer once the rules have run, with their rejects too. */
  readonly visible?: boolean
}

/** What the routes translate to: given by whoever has opened the project. */
export interface Doors {
  ingest(stream: string, body: Uint8Array, options: IngestOptions, context: Context): Promise<IngestAnswer>
  /** The sources of Segment's events. */
  readonly tracking: readonly TrackingSource[]
  /** See `track` of the project. */
  track(source: TrackingSource, request: SegmentRequest, context: Context): Promise<IngestAnswer>
  /** `tables`: the only ones that whoever asks may read. */
  query(sql: string, options: QueryOptions, tables: 'all' | readonly string[], context: Context): Promise<Answer>
  /** See `unfinishedIn` of the project. */
  unfinished(asked: Parameters<typeof unfinishedIn>[1], context: Context): ReturnType<typeof unfinishedIn>
  /** One row of what is looked up by a key, as JSON. */
  row(name: string, key: string, tables: 'all' | readonly string[], context: Context): Promise<string>
  /** What becomes of open rejects of a stream. */
  mend(stream: string, body: MendBody, context: Context): Promise<MendAnswer>
  /** The ledger of all files and streams. */
  ledger(context: Context): Promise<Ledger>
  readonly views: Views
  readonly builds: Builds
  readonly uploads: Uploads
  readonly dashboards: DashboardDoors
  /** The zone of times without one. */
  readonly timezone: string
  /** The project's name. */
  readonly project: string
  health(): Promise<Health>
}

/** What is known of a project before it is open. */
export function knownDoors({
  name,
  timezone,
  tracking,
}: ProjectSettings): Pick<Doors, 'project' | 'timezone' | 'tracking'> {
  return { project: name, timezone, tracking: [...tracking.values()] }
}

/** The doors into a project's streams and tables. */
export function projectDoors(project: OpenProject, live: LiveProject, builds: Builds, uploads: Uploads): Doors {
  const { lake, settings } = project
  return {
    views: projectViews(live),
    builds,
    uploads,
    dashboards: projectDashboards(live),
    ...knownDoors(settings),
    health: () => healthOf(live),
    async ingest(stream, body, { idempotencyKey: key, ...options }) {
      return answerOf(await live.take(stream, body, { ...options, ...(key !== undefined && { key }) }))
    },
    async track(source, request, { now }) {
      return answerOf(await track(live, settings, source, request, now))
    },
    async row(name, key, tables, context) {
      if (tables === 'all' || tables.includes(name)) return live.row(name, key, context)
      throw new MillraceError('LOOKUP_UNKNOWN', { name, suggestion: 'this token is for other tables' })
    },
    ledger: (context) => ledgerOf(live.project, context),
    mend: (stream, body, context) => mendRejects(live, stream, body, context),
    async query(sql, options, tables, context) {
      const catalog = await live.catalog(context)
      const readable = tables === 'all' ? catalog : onlyNames(catalog, tables)
      return query(readable, lake.engine, sql, { ...live.freezing, ...options }, context)
    },
    unfinished: (asked, context) => unfinishedIn(live, asked, context),
  }
}

function answerOf({ accepted, duplicates, conflicts, rejected }: Taken): IngestAnswer {
  return { accepted, duplicates, conflicts, rejected: [...rejected] }
}

/** Ready when what was acknowledged before is in every answer, and more can be. */
async function healthOf(live: LiveProject): Promise<Health> {
  const states = live.states()
  const unread = states.filter(({ isRead }) => !isRead)
  const waiting = unread.map(({ stream, waiting }) => `the log of \`${stream}\` is read: ${waiting} events`)
  const faults = await mapLimit([...live.streams], 8, async ([stream, { log }]) => toldOf(stream, await log.fault()))
  const refusing = faults.flat()
  const alarms = states.flatMap(({ stream, trouble }) => toldOf(stream, trouble))
  return { ready: waiting.length + refusing.length === 0, waiting_for: waiting, refusing, alarms }
}

function toldOf(stream: string, error: unknown): Health['alarms'] {
  if (error === undefined) return []
  return [{ stream, code: error instanceof MillraceError ? error.code : 'INTERNAL' }]
}
