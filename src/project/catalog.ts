import { tableColumns } from '../contract/contract.ts'
import type { Context } from '../core/context.ts'
import type { Relation } from '../engines/relation.ts'
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
}

/**
 * What queries of a project can read: its models, its tables, and `millrace.files`, `.ledger`, `.rejects`, `.checks`. A
 * table that is declared and not loaded yet has no rows.
 */
export async function projectCatalog(
  project: OpenProject,
  context: Context,
  { onTheSpotBytes, beforeAccounts, models: bound }: CatalogOptions = {},
): Promise<Catalog> {
  const loaded: TablePlace[] = []
  const empty: Record<string, Relation> = {}
  for (const place of await project.tables(context)) {
    const target = project.settings.targets.get(place.name)
    if (!target || (await tableExists(place.lake, place.table, context))) loaded.push(place)
    else empty[place.name] = { kind: 'values', columns: tableColumns(target.contract), rows: [] }
  }
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
