import { rewrites, type StoredTable, storedColumn } from '../contract/change.ts'
import { type Contract, partitionColumns, tableColumns } from '../contract/contract.ts'
import { rewriteSql } from '../contract/rewrite.ts'
import type { Columns } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { collect } from '../engines/rows.ts'
import type { AddFile, Metadata, Txn } from '../lake/actions.ts'
import { type Change, removeOf } from '../lake/change.ts'
import { createTable } from '../lake/create.ts'
import type { Lake } from '../lake/lake.ts'
import { recordsOf } from '../lake/records.ts'
import { relationOf } from '../lake/relation.ts'
import { columnsOf, evolve, schemaOf } from '../lake/schema.ts'
import { settle } from '../lake/settle.ts'
import { readSnapshot, type Snapshot } from '../lake/snapshot.ts'
import { commitStaged, stage } from '../lake/stage.ts'
import { raw, sql } from '../sql/text.ts'
import { writeOwnFile } from '../storage/own-file.ts'
import type { Target } from './parse.ts'
import { type ContractPlan, contractApp, contractFile, contractPath, planContract, storedTable } from './plan.ts'

/**
 * Brings a table to its declared contract, in one commit. The contract's record is written before; it counts from the
 * commit on, whose `txn` names its number. CONTRACT_STALE when the table has changed since the plan, CONTRACT_UNFIT
 * when a value would be lost; then, and after a crash at any point, the table is as it was or as it shall be.
 */
export async function applyContract(lake: Lake, plan: ContractPlan, context: Context): Promise<Snapshot | undefined> {
  const { table, version, contract, changes, number } = plan
  if (version === undefined) return undefined
  if (changes.length === 0) {
    await settle(lake, { table, version }, context)
    return undefined
  }
  const snapshot = await readSnapshot(lake, table, {}, context)
  if (snapshot.version !== version) throw new MillraceError('CONTRACT_STALE', { table, version })
  const stored = await storedTable(lake, snapshot, contract, context)
  if (plan.class !== 'free') await checkFit(lake, snapshot, stored, contract, context)
  await recordContract(lake, table, number, contract, context)
  const common = {
    operation: 'CHANGE CONTRACT',
    parameters: { changes: changes.map((change) => change.says) },
    txns: [txnOf(number, context)],
  }
  const change = rewrites(changes)
    ? { ...common, ...(await rewritten(lake, snapshot, stored, contract, context)) }
    : { ...common, ...metadataOf(snapshot, contract), adds: [], removes: [], reads: 'everything' as const }
  return lake.queue.run(table, () => commitStaged(lake, snapshot, change, change.adds, context))
}

/** Before rows are written: makes the table, applies what is free, tells what else has to be done. CONTRACT_CHANGED. */
export async function settleContract(lake: Lake, target: Target, context: Context): Promise<void> {
  const plan = await planContract(lake, target, context)
  if (plan.version === undefined) return createFor(lake, plan, context)
  if (plan.class !== 'free') {
    const said = plan.changes.filter((change) => change.class !== 'free').map((change) => change.says)
    throw new MillraceError('CONTRACT_CHANGED', {
      table: plan.table,
      changes: said.join('; '),
      files: plan.files === 1 ? '1 file' : `${plan.files} files`,
    })
  }
  await applyContract(lake, plan, context)
}

async function createFor(lake: Lake, { table, contract, number }: ContractPlan, context: Context): Promise<void> {
  await recordContract(lake, table, number, contract, context)
  const spec = { columns: tableColumns(contract), partitionBy: partitionColumns(contract) }
  await createTable(lake, table, { ...spec, txns: [txnOf(number, context)] }, context)
}

async function recordContract(lake: Lake, table: string, number: bigint, contract: Contract, context: Context) {
  await writeOwnFile(lake.store, contractPath(table, number), contractFile, { contract }, { signal: context.signal })
}

function txnOf(number: bigint, context: Context): Txn {
  return { appId: contractApp, version: number, lastUpdated: context.now() }
}

async function checkFit(
  lake: Lake,
  snapshot: Snapshot,
  stored: StoredTable,
  contract: Contract,
  context: Context,
): Promise<void> {
  const from = { stored: relationOf(lake, snapshot) }
  const { unfit } = rewriteSql(stored, contract)
  const { text } = sql`SELECT count(*), any_value("column"), any_value("message") FROM (${raw(unfit)})`
  const [row] = await collect(await lake.engine.run({ sql: text, from }, context))
  const rows = Number(row?.[0] ?? 0)
  if (rows === 0) return
  throw new MillraceError('CONTRACT_UNFIT', {
    table: snapshot.table,
    rows,
    column: String(row?.[1] ?? ''),
    reason: String(row?.[2] ?? ''),
  })
}

type Files = Pick<Change, 'metadata' | 'removes' | 'reads'> & { readonly adds: readonly AddFile[] }

async function rewritten(
  lake: Lake,
  snapshot: Snapshot,
  stored: StoredTable,
  contract: Contract,
  context: Context,
): Promise<Files> {
  const columns = rewrittenColumns(snapshot, contract)
  const partitions = partitionColumns(contract)
  const files = [...snapshot.files.values()]
  const expectedRows = recordsOf(files)
  const query = { sql: rewriteSql(stored, contract).rows, from: { stored: relationOf(lake, snapshot) } }
  const after = { table: snapshot.table, columns, partitionColumns: partitions }
  const staged = await stage(lake, after, query, context, {
    partitionLimit: Number.MAX_SAFE_INTEGER,
    ...(expectedRows === undefined ? {} : { expectedRows }),
  })
  const now = context.now()
  return {
    adds: staged.adds,
    removes: files.map((file) => removeOf(file, now, true)),
    metadata: { ...snapshot.metadata, schemaString: schemaOf(columns), partitionColumns: partitions },
    reads: 'everything',
  }
}

/** The declared columns, and `extra` of a table that has one, though no contract fills it any more. */
function rewrittenColumns(snapshot: Snapshot, contract: Contract): Columns {
  const columns = tableColumns(contract)
  const extra = snapshot.columns.find((column) => column.name === 'extra')
  return extra && !columns.some((column) => column.name === 'extra') ? [...columns, extra] : columns
}

/** The schema with new columns at its end, wider types and NULLs allowed or forbidden; nothing where it stays. */
function metadataOf(snapshot: Snapshot, contract: Contract): { readonly metadata?: Metadata } {
  const declared = tableColumns(contract)
  const before = snapshot.columns
  const known = before.map((column) => {
    const after = declared.find((each) => storedColumn({ columns: before }, contract, each)?.name === column.name)
    return after ?? column
  })
  const added = declared.filter((column) => !before.some((each) => each.name === column.name))
  const same = known.every((column, index) => column === before[index] || isSame(column, before[index]))
  const { schemaString } = snapshot.metadata
  const required = added.some((column) => !column.nullable)
  const base = required ? schemaOf([...known, ...added]) : same ? schemaString : schemaOf(known)
  const evolved = required ? base : evolve(base, added, snapshot.table)
  return evolved === schemaString ? {} : { metadata: { ...snapshot.metadata, schemaString: evolved } }
}

function isSame(a: Columns[number], b: Columns[number] | undefined): boolean {
  return JSON.stringify(columnsOf(schemaOf([a]), '')) === JSON.stringify(b && columnsOf(schemaOf([b]), ''))
}
