import { eventKeys } from '../../contract/check-event.ts'
import { checkSql } from '../../contract/check-sql.ts'
import { type Contract, derivedColumns, extraColumn } from '../../contract/contract.ts'
import { parseColumn } from '../../core/columns.ts'
import type { Context } from '../../core/context.ts'
import type { TailSpec } from '../../engines/tail.ts'
import { readOwnFile } from '../../storage/own-file.ts'
import type { Log } from '../../streams/log.ts'
import type { OpenProject } from '../open.ts'
import { contractFile, contractPath } from '../plan.ts'

/** The contracts that the records of a log were judged by, as they were recorded. */
export async function contractsOf(
  { lake }: OpenProject,
  table: string,
  log: Log,
  context: Context,
): Promise<ReadonlyMap<number, Contract>> {
  const contracts = new Map<number, Contract>()
  for (const { contract: number } of log.ranges(0n)) {
    if (contracts.has(number)) continue
    const path = contractPath(table, BigInt(number))
    const recorded = await readOwnFile(lake.store, path, contractFile, context.signal)
    if (recorded) contracts.set(number, recorded.contract)
  }
  return contracts
}

/** `isJudged`: it is by this very contract that the events of that number were judged. */
export function tailSpec(stream: string, contract: Contract, number: number, isJudged: boolean): TailSpec {
  const carry = ['_offset', '_received_at']
  const { good, bad } = checkSql(contract, { input: { kind: 'json', keys: eventKeys(contract) }, carry })
  const simple = checkSql(contract, { input: { kind: 'simple' }, carry })
  const declared = contract.columns.map(({ name, type, nullable }) => ({ name, type, nullable }))
  const extra = contract.unknown === 'keep' ? [extraColumn] : []
  const carried = [parseColumn('_offset', 'bigint'), parseColumn('_received_at', 'timestamptz')]
  return {
    stream,
    contract: number,
    good,
    bad,
    ...(isJudged && { simple: { good: simple.good, bad: simple.bad } }),
    columns: [...declared, ...extra, ...derivedColumns(contract), ...carried],
  }
}
