import { resolve } from 'node:path'
import { pathNames } from '../connectors/files/options.ts'
import { fileReader } from '../connectors/files/reader.ts'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { suggest } from '../core/suggest.ts'
import type { FilesSource } from '../sources/files-source.ts'
import { applyLoad, type LoadPlan, planLoad } from '../sources/load.ts'
import type { FileOutcome, LoadSource } from '../sources/load-source.ts'
import { settleContract } from './apply-contract.ts'
import type { OpenProject } from './open.ts'
import type { ProjectSettings, Target } from './parse.ts'
import { checkRules } from './rules.ts'
import { withIds } from './stream-ids.ts'

/** Which files: those of all sources, or these ones into one stream or table. */
export interface LoadSelection {
  readonly into?: { readonly target: string; readonly files: readonly string[] }
  /** Share of a file's records that may break the contract before nothing of it is loaded. */
  readonly maxRejects?: number
  /** These files are loaded whether or not they were before: what the table has of them goes in the same commit. */
  readonly again?: boolean
}

/** A file that breaks the contract this much is likely read with the wrong delimiter or into the wrong table. */
const usualMaxRejects = 0.1

/**
 * What a load of the selection would do, source by source. NAME_UNKNOWN, FILE_NOT_FOUND; RULE_INVALID and
 * CONFIG_UNKNOWN_NAME for rules that cannot be asked.
 */
export async function planSources(
  project: OpenProject,
  selection: LoadSelection,
  context: Context,
): Promise<readonly LoadPlan[]> {
  const plans: LoadPlan[] = []
  for (const source of selectSources(project, selection)) {
    await checkRules(project.settings, targetOf(project.settings, source.table), project.lake.engine, context)
    plans.push(await planLoad(project.lake, source, context))
  }
  return plans
}

/**
 * Carries a plan out, after what is free of a change to the table's contract; see `applyLoad`. CONTRACT_CHANGED where
 * the change costs more than that.
 */
export async function loadSource(
  project: OpenProject,
  plan: LoadPlan,
  context: Context,
): Promise<readonly FileOutcome[]> {
  const { lake, stateFolder, settings } = project
  const tempFolder = resolve(stateFolder, 'tmp')
  if (plan.batches.length === 0) return applyLoad(lake, plan, { tempFolder }, context)
  const target = targetOf(settings, plan.source.table)
  await settleContract(lake, target, context)
  return withIds(project, target, context, (ids) => applyLoad(lake, plan, { tempFolder, ...(ids && { ids }) }, context))
}

function selectSources(
  project: OpenProject,
  { into, maxRejects = usualMaxRejects, again = false }: LoadSelection,
): LoadSource[] {
  const { settings } = project
  if (!into)
    return [...settings.sources.values()].flatMap(({ name, files }) =>
      tablesOf(name, files).map((table) => fileSource(project, name, table, files, maxRejects)),
    )
  const target = targetOf(settings, into.target)
  // read as the files that feed this table are
  const declared = [...settings.sources.values()].find(({ files }) => files.into === target.name)
  const { route: _, ...options } = declared?.files ?? { kind: 'files' as const }
  const files: FilesSource = { ...options, into: target.name, glob: into.files }
  return [{ ...fileSource(project, declared?.name ?? target.name, target.name, files, maxRejects), again }]
}

/** Every table that a source feeds, those of its routes first. */
function tablesOf(name: string, { into, route }: FilesSource): string[] {
  if (!route) return [into ?? name]
  return [...new Set([...route.map((each) => each.into), ...(into === undefined ? [] : [into])])]
}

/** Which rows of a routed source are a table's; `into` takes those for which no condition holds. */
function routeOf({ into, route }: FilesSource, table: string): Pick<LoadSource['rules'], 'route'> {
  if (!route) return {}
  const mine = route.flatMap((each, at) => (each.into === table ? [at] : []))
  const conditions = route.map((each) => each.when)
  const rest = into === table ? [conditions.length] : []
  const refusesRest = into === undefined && route[0]?.into === table
  return { route: { conditions, mine: [...mine, ...rest], refusesRest } }
}

function fileSource(
  { settings, lake }: OpenProject,
  name: string,
  table: string,
  files: FilesSource,
  maxRejects: number,
): LoadSource {
  const { contract, kind } = targetOf(settings, table)
  const {
    glob,
    format,
    header,
    delimiter,
    quote,
    encoding,
    compression,
    pathColumns,
    nulls,
    timezone,
    decimal,
    onChange,
    generateId,
  } = files
  const told = pathNames(pathColumns)
  const columns =
    files.columns ?? contract.columns.map((column) => column.from ?? column.name).filter((from) => !told.includes(from))
  return {
    name,
    table,
    reader: fileReader({
      glob,
      root: settings.folder,
      columns,
      engine: lake.engine,
      ...(format !== undefined && { format }),
      ...(header !== undefined && { header }),
      ...(delimiter !== undefined && { delimiter }),
      ...(quote !== undefined && { quote }),
      ...(encoding !== undefined && { encoding }),
      ...(compression !== undefined && { compression }),
      ...(pathColumns !== undefined && { pathColumns }),
    }),
    rules: {
      contract,
      text: {
        ...(nulls !== undefined && { nulls }),
        ...(timezone !== undefined && { timezone }),
        ...(decimal !== undefined && { decimal }),
      },
      ...(generateId !== undefined && { generateId }),
      ...routeOf(files, table),
    },
    // a table is what its files say now; events, once taken, are only taken back when that is asked for
    onChange: onChange ?? (kind === 'table' ? 'replace' : 'refuse'),
    maxRejects,
  }
}

function targetOf({ targets }: ProjectSettings, name: string): Target {
  const target = targets.get(name)
  if (target) return target
  throw new MillraceError('NAME_UNKNOWN', {
    what: 'stream or table',
    name,
    suggestion: suggest(name, [...targets.keys()]),
  })
}
