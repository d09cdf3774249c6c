import { checkedTables, resultColumns, resultsRelation } from '../checks/results.ts'
import type { Context } from '../core/context.ts'
import type { Relation } from '../engines/relation.ts'
import type { Lake } from '../lake/lake.ts'
import { readSnapshot, tableExists } from '../lake/snapshot.ts'
import { buildApp } from '../models/state.ts'
import type { Catalog } from '../query/catalog.ts'
import { allRejectsRelation, filesRelation, type Logs, ledgerRelation } from '../sources/ledger.ts'
import { join, sql, value } from '../sql/text.ts'
import { nodeDisk } from '../storage/disk.ts'
import type { OpenProject } from './open.ts'
import { runsRelation } from './run-rows.ts'
import { testsRelation } from './test-record.ts'

const accounts = {
  'millrace.files': filesRelation,
  'millrace.ledger': ledgerRelation,
  'millrace.rejects': allRejectsRelation,
} as const

export type Account = keyof typeof accounts

const checks = 'millrace.checks'
const runs = 'millrace.runs'
const tests = 'millrace.tests'

/** Which part of an account, and whether lines of tables with personal columns are shown whole (`pii`) or not at all. */
export interface AccountPart {
  readonly table?: string | undefined
  readonly pii?: boolean | undefined
  /** See `Logs`. */
  readonly held?: Logs['held']
}

/** What was loaded, whether it adds up, what was refused: of one stream or table, or of all that are loaded. */
export async function accountOf(
  project: OpenProject,
  account: Account,
  { table, pii = false, held }: AccountPart,
  context: Context,
): Promise<Relation> {
  const named = table === undefined ? [...project.settings.targets.keys()] : [table]
  const loaded: string[] = []
  for (const name of named) {
    const place = await project.table(name, context)
    if (place.lake === project.lake && (await tableExists(place.lake, place.table, context))) loaded.push(place.table)
  }
  const relation = await accounts[account](project.lake, loaded, context, { disk: nodeDisk(), log: project.log, held })
  return account === 'millrace.rejects' && !pii ? withoutPersonalLines(project, loaded, relation) : relation
}

/** A damaged line does not tell where its personal values stand, so the whole of it is left out. */
function withoutPersonalLines(project: OpenProject, tables: readonly string[], rejects: Relation): Relation {
  const personal = tables.filter((name) =>
    project.settings.targets.get(name)?.contract.columns.some((column) => column.pii),
  )
  if (personal.length === 0) return rejects
  const hidden = sql`"table" IN (${join(personal.map(value))})`
  const masked = sql`SELECT * REPLACE (CASE WHEN ${hidden} THEN NULL ELSE raw END AS raw, CASE WHEN ${hidden} THEN 'hidden' ELSE encoding END AS encoding) FROM rejects`
  return { kind: 'select', sql: masked.text, from: { rejects } }
}

/** The accounts as tables for SQL; each is made up when it is read. */
export function accountCatalog(project: OpenProject, before?: () => Promise<void>): Catalog {
  return {
    names: async () => [...Object.keys(accounts), checks, runs, tests],
    async freeze(wanted) {
      if (wanted.includes('millrace.rejects')) await before?.()
    },
    async resolve(name, _at, _filters, context) {
      if (name === checks) return { relation: await checkResults(project.lake, context) }
      if (name === runs) return { relation: runsRelation(project.runs) }
      if (name === tests) return { relation: testsRelation(project.tests) }
      return { relation: await accountOf(project, name as Account, {}, context) }
    },
  }
}

/** What became of every check, each time it was run. */
export async function checkResults(lake: Lake, context: Context): Promise<Relation> {
  const of: Relation[] = []
  for (const table of await checkedTables(lake, context)) {
    const stored = await tableExists(lake, table, context)
    const built = stored ? (await readSnapshot(lake, table, {}, context)).txns.get(buildApp) : undefined
    of.push(await resultsRelation(lake, table, built ?? 0n, context))
  }
  return of.length > 0 ? { kind: 'union', of } : { kind: 'values', columns: resultColumns, rows: [] }
}
