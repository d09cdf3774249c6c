import { z } from 'zod'
import {
  type ChangeClass,
  type ContractChange,
  contractChanges,
  rewrites,
  type StoredTable,
  worstClass,
} from '../contract/change.ts'
import { type Contract, extraColumn } from '../contract/contract.ts'
import type { Context } from '../core/context.ts'
import { collect } from '../engines/rows.ts'
import type { Lake } from '../lake/lake.ts'
import { recordsOf } from '../lake/records.ts'
import { relationOf } from '../lake/relation.ts'
import { readSnapshot, type Snapshot, tableExists } from '../lake/snapshot.ts'
import { type OwnFileKind, readOwnFile } from '../storage/own-file.ts'
import type { Target } from './parse.ts'

/** What has to be done before rows of a declared contract can be written: shown first, and exactly that is done. */
export interface ContractPlan {
  readonly table: string
  /** The version that it was decided on; undefined where there is no table yet: the first load makes it. */
  readonly version?: number
  readonly changes: readonly ContractChange[]
  /** That of the worst change. */
  readonly class: ChangeClass
  /** Files and bytes that are written anew. */
  readonly files: number
  readonly sizeBytes: number
  readonly rows: number
  readonly contract: Contract
  /** The number that the contract gets. */
  readonly number: bigint
}

/** appId of the `txn` that says which recorded contract a table keeps. */
export const contractApp = 'contract'

/** A recorded contract on disk: `{"format": 1, "contract": {…}}`. It is valid while its number is at most the `txn`. */
export const contractFile: OwnFileKind<{ readonly contract: Contract }> = {
  format: 1,
  content: z.object({ contract: z.custom<Contract>((given) => typeof given === 'object' && given !== null) }),
}

export function contractPath(table: string, number: bigint): string {
  return `${table}/_millrace/contract/${number}.json`
}

/** Compares the declared contract of a stream or table with what is stored. Nothing is changed. */
export async function planContract(lake: Lake, { name, contract }: Target, context: Context): Promise<ContractPlan> {
  const none = {
    table: name,
    changes: [],
    class: 'free',
    files: 0,
    sizeBytes: 0,
    rows: 0,
    contract,
    number: 1n,
  } as const
  if (!(await tableExists(lake, name, context))) return Object.freeze(none)
  const snapshot = await readSnapshot(lake, name, {}, context)
  const stored = await storedTable(lake, snapshot, contract, context)
  const changes = contractChanges(stored, contract)
  const files = rewrites(changes) ? [...snapshot.files.values()] : []
  return Object.freeze({
    ...none,
    version: snapshot.version,
    changes,
    class: worstClass(changes),
    files: files.length,
    sizeBytes: files.reduce((sum, file) => sum + file.size, 0),
    rows: recordsOf(files) ?? 0,
    number: (snapshot.txns.get(contractApp) ?? 0n) + 1n,
  })
}

/** A table as `contractChanges` looks at it. */
export async function storedTable(
  lake: Lake,
  snapshot: Snapshot,
  declared: Contract,
  context: Context,
): Promise<StoredTable> {
  const number = snapshot.txns.get(contractApp)
  const recorded =
    number === undefined
      ? undefined
      : await readOwnFile(lake.store, contractPath(snapshot.table, number), contractFile, context.signal)
  const has = (name: string) => snapshot.columns.some((column) => column.name === name)
  const brings = declared.columns.some((column) => !has(column.name))
  return {
    columns: snapshot.columns,
    partitionColumns: snapshot.partitionColumns,
    ...(recorded && { contract: recorded.contract }),
    extraKeys: brings && has(extraColumn.name) ? await extraKeys(lake, snapshot, context) : [],
    hasRows: snapshot.files.size > 0,
  }
}

async function extraKeys(lake: Lake, snapshot: Snapshot, context: Context): Promise<readonly string[]> {
  const text = `SELECT DISTINCT unnest(json_keys(extra)) FROM stored WHERE extra IS NOT NULL`
  const result = await lake.engine.run({ sql: text, from: { stored: relationOf(lake, snapshot) } }, context)
  return (await collect(result)).map(([key]) => String(key)).sort()
}
