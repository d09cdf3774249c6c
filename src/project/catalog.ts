import { tableColumns } from '../contract/contract.ts'
import type { Context } from '../core/context.ts'
import type { Relation } from '../engines/relation.ts'
import { isRecent, type ReadAt, readAt } from '../lake/recent.ts'
import { tableExists } from '../lake/snapshot.ts'
import type { ModelGraph } from '../models/model.ts'
import { modelCatalog } from '../models/model-catalog.ts'
import { type Catalog, fixedCatalog, mergeCatalogs } from '../query/catalog.ts'
import { lakeCatalog } from '../query/lake-catalog.ts'
import { accountCatalog } from './accounts.ts'
import { modelGround, modelNames } from './models.ts'
import type { OpenProject, TablePlace } from './open.ts'

export interface CatalogOptions {
  readonly onTheSpotBytes?: number | undefined
  /** Binds the models; else it is done for this catalog alone. */
  readonly models?: (context: Context) => Promise<ModelGraph>
  /** Brings what accounts are of to where they find it: the tables and their own. */
  readonly beforeAccounts?: () => Promise<void>
  /** Which tables there are; else it is read for this catalog alone. */
  readonly tables?: () => Promise<ProjectTables>
}

/** The tables of a project, and the columns of those that are declared and not there. */
export interface ProjectTables {
  readonly loaded: readonly TablePlace[]
  readonly empty: Readonly<Record<string, Relation>>
}

/**
 * What queries of a project can read: its models, its tables, and `millrace.files`, `.ledger`, `.rejects`, `.checks`, `.runs`. A
 * table that is declared and not loaded yet has no rows.
 */
export async function projectCatalog(
  project: OpenProject,
  context: Context,
  { onTheSpotBytes, beforeAccounts, models: bound, tables }: CatalogOptions = {},
): Promise<Catalog> {
  const { loaded, empty } = await (tables?.() ?? tablesOf(project, context))
  const models = modelCatalog({
    names: () => modelNames(project),
    open: async (own) => modelGround(project, own, await bound?.(own)),
    ...(onTheSpotBytes !== undefined && { onTheSpotBytes }),
  })
  return mergeCatalogs([
    models,
    lakeCatalog(async () => loaded),
    fixedCatalog(empty),
    accountCatalog(project, beforeAccounts),
  ])
}

async function tablesOf(project: OpenProject, context: Context): Promise<ProjectTables> {
  const loaded: TablePlace[] = []
  const empty: Record<string, Relation> = {}
  for (const place of await project.tables(context)) {
    const target = project.settings.targets.get(place.name)
    if (!target || (await tableExists(place.lake, place.table, context))) loaded.push(place)
    else empty[place.name] = { kind: 'values', columns: tableColumns(target.contract), rows: [] }
  }
  return { loaded, empty }
}

/** The same for whoever asks often. What others make or drop is seen a little later. */
export function keptTables(project: OpenProject, context: Context): () => Promise<ProjectTables> {
  let kept: { readonly at: ReadAt; readonly tables: Promise<ProjectTables> } | undefined
  return () => {
    if (kept && isRecent(project.lake, kept.at)) return kept.tables
    const reading = { at: readAt(project.lake), tables: tablesOf(project, context) }
    reading.tables.catch(() => {
      if (kept === reading) kept = undefined
    })
    kept = reading
    return reading.tables
  }
}
