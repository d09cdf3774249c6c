import { isDeepStrictEqual } from 'node:util'
import { isTime } from '../charts/time.ts'
import { tableColumns } from '../contract/contract.ts'
import type { Columns } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { isError, MillraceError } from '../core/errors.ts'
import type { Ground } from '../dashboards/answer.ts'
import { dashboardFaults } from '../dashboards/check.ts'
import type { Dashboard } from '../dashboards/dashboard.ts'
import { parseDashboard } from '../dashboards/parse.ts'
import { unfinishedAt } from '../dashboards/unfinished.ts'
import { readSnapshot } from '../lake/snapshot.ts'
import type { ModelGraph } from '../models/model.ts'
import { rowOrigin } from '../models/row-origin.ts'
import type { Answer } from '../query/query.ts'
import { projectCatalog } from './catalog.ts'
import type { LiveProject } from './live.ts'
import { openModels } from './models.ts'
import type { OpenProject } from './open.ts'
import { nameFault, type ProjectSettings } from './parse.ts'
import { carriedOf } from './row-places.ts'
import { type TextFile, textFiles } from './text-files.ts'
import { keptTimesIn, timesIn } from './times-in.ts'
import { isFresh } from './written-at.ts'

const endings = ['.yaml', '.yml']

/**
 * The dashboards of a project, in the order of their files; what is wrong with one is its fault. For whoever asks often:
 * files that are as they were are not parsed again. MODEL_FILE_REFUSED.
 */
export function keptDashboards(settings: Pick<ProjectSettings, 'folder'>): () => Promise<readonly Dashboard[]> {
  let kept: { readonly files: readonly TextFile[]; readonly dashboards: readonly Dashboard[] } | undefined
  let reading: { readonly atMs: number; readonly files: Promise<readonly TextFile[]> } | undefined
  return async () => {
    // pages of many viewers ask several times a second
    if (!reading || !isFresh(settings, reading.atMs, filesMs))
      reading = { atMs: performance.now(), files: textFiles(settings.folder, 'dashboards', endings) }
    const files = await reading.files
    if (!kept || !isDeepStrictEqual(kept.files, files)) kept = { files, dashboards: dashboardsOf(files) }
    return kept.dashboards
  }
}

const filesMs = 250

function dashboardsOf(files: readonly TextFile[]): readonly Dashboard[] {
  const taken = new Map<string, string>()
  return files.map(({ file, text }) => {
    const name = file.slice(file.lastIndexOf('/') + 1).replace(/\.ya?ml$/, '')
    const dashboard = parseDashboard(name, file, text)
    const other = taken.get(name)
    taken.set(name, other ?? file)
    const reason = other === undefined ? nameFault(name) : `${other} has the name \`${name}\` already`
    if (reason === undefined) return dashboard
    return { ...dashboard, tabs: [], fault: new MillraceError('DASHBOARD_INVALID', { place: `${file}:1:1`, reason }) }
  })
}

/** What the tiles of a live project are answered from. */
export async function dashboardGround(live: LiveProject, context: Context): Promise<Ground> {
  const { project, freezing } = live
  return {
    catalog: await live.catalog(context),
    engine: project.lake.engine,
    timezone: project.settings.timezone,
    freezing,
    async columnsOf(name, own) {
      return columnsIn(project, await orUndefined(live.models(own)), name, own)
    },
    async originOf(name, own) {
      const graph = await orUndefined(live.models(own))
      return graph && rowOrigin(graph, name, (table) => carriedOf(project.settings, table))
    },
    async timesOf(sql, column, own) {
      const graph = await orUndefined(live.models(own))
      return graph ? keptTimesIn(graph, project.settings, { sql, column }) : []
    },
  }
}

/** Of the columns of a SELECT that are a time rounded down: the value whose minute, hour or day is not over at `ms`. */
export async function unfinishedIn(
  live: LiveProject,
  { sql, columns, ms }: { readonly sql: string; readonly columns: Answer['columns']; readonly ms: number },
  context: Context,
): Promise<Readonly<Record<string, string>>> {
  const times = columns.filter(({ type }) => isTime(type))
  const graph = times.length > 0 ? await orUndefined(live.models(context)) : undefined
  if (!graph) return {}
  const { settings } = live.project
  const found: Record<string, string> = {}
  for (const { name: column } of times) {
    const value = unfinishedAt(ms, await timesIn(graph, settings, { sql, column }), settings.timezone)
    if (value !== undefined) found[column] = value
  }
  return found
}

/** What is wrong with each dashboard of a project that no process has live. MODEL_FILE_REFUSED. */
export async function checkDashboards(
  project: OpenProject,
  context: Context,
): Promise<readonly { readonly dashboard: Dashboard; readonly faults: readonly MillraceError[] }[]> {
  const dashboards = await keptDashboards(project.settings)()
  if (dashboards.length === 0) return []
  const graph = await orUndefined(openModels(project, context))
  const ground: Ground = {
    catalog: await projectCatalog(project, context),
    engine: project.lake.engine,
    timezone: project.settings.timezone,
    freezing: {},
    columnsOf: (name, own) => columnsIn(project, graph, name, own),
  }
  const checked: { readonly dashboard: Dashboard; readonly faults: readonly MillraceError[] }[] = []
  for (const dashboard of dashboards)
    checked.push({ dashboard, faults: await dashboardFaults(dashboard, ground, context) })
  return checked
}

/** A fault in a model is told to the tiles that read it, by what they ask. */
async function orUndefined(opening: Promise<ModelGraph>): Promise<ModelGraph | undefined> {
  try {
    return await opening
  } catch (error) {
    if (error instanceof MillraceError) return undefined
    throw error
  }
}

async function columnsIn(
  project: OpenProject,
  graph: ModelGraph | undefined,
  name: string,
  context: Context,
): Promise<Columns> {
  const model = graph?.byName.get(name)
  if (model) return model.output
  const target = project.settings.targets.get(name)
  if (target) return tableColumns(target.contract)
  const bound = graph?.tables.get(name)
  if (bound) return bound.columns
  try {
    const { lake, table } = await project.table(name, context)
    return (await readSnapshot(lake, table, {}, context)).columns
  } catch (error) {
    if (isError(error, 'NAME_UNKNOWN') || isError(error, 'TABLE_NOT_FOUND')) return []
    throw error
  }
}
