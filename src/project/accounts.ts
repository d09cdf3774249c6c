import type { Context } from '../core/context.ts'
import type { Relation } from '../engines/relation.ts'
import { tableExists } from '../lake/snapshot.ts'
import type { Catalog } from '../query/catalog.ts'
import { allRejectsRelation, filesRelation, ledgerRelation } from '../sources/ledger.ts'
import type { OpenProject } from './open.ts'

const accounts = {
  'millrace.files': filesRelation,
  'millrace.ledger': ledgerRelation,
  'millrace.rejects': allRejectsRelation,
} as const

export type Account = keyof typeof accounts

/** What was loaded, whether it adds up, what was refused: of one stream or table, or of all that are loaded. */
export async function accountOf(
  project: OpenProject,
  account: Account,
  table: string | undefined,
  context: Context,
): Promise<Relation> {
  const named = table === undefined ? [...project.settings.targets.keys()] : [table]
  const loaded: string[] = []
  for (const name of named) {
    const place = await project.table(name, context)
    if (place.lake === project.lake && (await tableExists(place.lake, place.table, context))) loaded.push(place.table)
  }
  return accounts[account](project.lake, loaded, context)
}

/** The accounts as tables for SQL; each is made up when it is read. */
export function accountCatalog(project: OpenProject): Catalog {
  return {
    names: async () => Object.keys(accounts),
    resolve: async (name, _at, _filters, context) => ({
      relation: await accountOf(project, name as Account, undefined, context),
    }),
  }
}
