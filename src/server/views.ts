import type { BuildView, CheckView, ModelView } from '../api/models.ts'
import type { RejectsAnswer } from '../api/rejects.ts'
import type { StalenessAnswer } from '../api/staleness.ts'
import type { StreamEvents, StreamView } from '../api/streams.ts'
import type { FilesAnswer, TableAnswer, TableView } from '../api/tables.ts'
import type { TestView } from '../api/tests.ts'
import type { Context } from '../core/context.ts'
import { mapLimit } from '../core/map-limit.ts'
import type { LiveProject } from '../project/live.ts'
import type { Grant } from './access.ts'
import { buildsView } from './views/builds.ts'
import { checksView } from './views/checks.ts'
import { failingSince } from './views/failing-builds.ts'
import { knownTables } from './views/known-tables.ts'
import { modelsView } from './views/models.ts'
import { Rates } from './views/rates.ts'
import { type RejectsAsked, rejectsView } from './views/rejects.ts'
import { stalenessView } from './views/staleness.ts'
import { type EventsAsked, eventsView } from './views/stream-events.ts'
import { streamsView } from './views/streams.ts'
import { type Allowed, filesView, tablesView, tableView } from './views/tables.ts'
import { testsView } from './views/tests.ts'

/** What there is in a project, as it is now; `allowed`: the only names that whoever asks may see. */
export interface Views {
  tables(allowed: Allowed, context: Context): Promise<readonly TableView[]>
  /** NAME_UNKNOWN. */
  table(
    asked: { readonly name: string; readonly commits: number; readonly allowed: Allowed },
    context: Context,
  ): Promise<TableAnswer>
  /** The files of a table. NAME_UNKNOWN. */
  files(
    asked: { readonly name: string; readonly limit: number; readonly allowed: Allowed },
    context: Context,
  ): Promise<FilesAnswer>
  streams(allowed: Allowed): readonly StreamView[]
  /** The newest events of a stream, as its log has them. NAME_UNKNOWN. */
  events(asked: EventsAsked): Promise<StreamEvents>
  rejects(asked: RejectsAsked, allowed: Allowed, context: Context): Promise<RejectsAnswer>
  models(allowed: Allowed, context: Context): Promise<readonly ModelView[]>
  /** The models' checks, and what became of them. */
  checks(allowed: Allowed, context: Context): Promise<readonly CheckView[]>
  /** The models' tests, and what became of them. */
  tests(allowed: Allowed, context: Context): Promise<readonly TestView[]>
  /** The builds of a model. NAME_UNKNOWN. */
  builds(
    asked: { readonly name: string; readonly limit: number; readonly allowed: Allowed },
    context: Context,
  ): Promise<readonly BuildView[]>
  /** How far the models' tables are behind what they are made from, and what cannot be built. The codes of `planModels`. */
  staleness(grant: Grant, context: Context): Promise<StalenessAnswer>
  /** Stream → the offset before which all is in every answer. */
  offsets(): ReadonlyMap<string, string>
  /** Table → its newest version, of those that have one. */
  versions(context: Context): Promise<ReadonlyMap<string, number>>
  /** Model → since when its builds fail, of those whose do. */
  failing(context: Context): Promise<ReadonlyMap<string, string>>
  /** To be called about once a second: rates are worked out from it. */
  sample(nowMs: number): void
}

export function projectViews(live: LiveProject): Views {
  const { project } = live
  const read = knownTables()
  const rates = new Rates()
  return {
    tables: (allowed, context) => tablesView(project, live, read, allowed, context),
    table: (asked, context) => tableView(project, live, read, asked, context),
    files: (asked, context) => filesView(project, live, read, asked, context),
    streams: (allowed) => streamsView(project.settings, live, rates, allowed),
    events: (asked) => eventsView(project.settings, live, asked),
    rejects: (asked, allowed, context) => rejectsView(project, live, asked, allowed, context),
    offsets: () => new Map([...live.streams].map(([name, { log }]) => [name, String(log.next)])),
    async versions(context) {
      const found = await mapLimit(await project.tables(context), 8, async (place) => ({
        name: place.name,
        version: (await read(place, context))?.version,
      }))
      return new Map(found.flatMap(({ name, version }) => (version === undefined ? [] : [[name, version] as const])))
    },
    sample: (nowMs) => rates.note(nowMs, new Map([...live.streams].map(([name, { log }]) => [name, log.counters]))),
    models: (allowed, context) => modelsView(project, live, read, allowed, context),
    staleness: stalenessView(live),
    failing: (context) => failingSince(live, context),
    checks: (allowed, context) => checksView(live, allowed, context),
    tests: (allowed, context) => testsView(live, allowed, context),
    builds: (asked, context) => buildsView(live, asked, context),
  }
}
