import { expect } from 'vitest'
import { type Columns, parseColumn } from '../../src/core/columns.ts'
import { type ErrorCode, isError } from '../../src/core/errors.ts'
import { stringifyExact } from '../../src/core/json.ts'
import type { Engine, Query } from '../../src/engines/engine.ts'
import { createTable } from '../../src/lake/create.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { relationOf } from '../../src/lake/relation.ts'
import { readSnapshot, type Snapshot } from '../../src/lake/snapshot.ts'
import { append } from '../../src/lake/write.ts'
import type { Scenario } from '../faults/scenario.ts'
import { context } from './log-lake.ts'
import { rowsOf, tableLake } from './table-lake.ts'

/** Something done to the tables of a lake, of which doing it again makes nothing of. */
export type Operation = (lake: Lake) => Promise<unknown>

export interface LakeScenario {
  readonly engine: Engine
  readonly prepare?: Operation
  readonly operate: Operation
  /** The rows of the table `t` before and after the operation, as text; undefined where there is no table. */
  readonly before?: readonly string[]
  readonly after?: readonly string[]
  /** As long as the operation has not come to its end the table may also be refused with this code. */
  readonly meanwhile?: ErrorCode
  /** More that must hold of the table once it is there; `done` when the operation has come to its end. */
  readonly also?: (lake: Lake, snapshot: Snapshot, done: boolean) => Promise<void>
}

/** An operation on the table `t`, disturbed: its rows are the old or the new ones, and in the end the new ones. */
export function lakeScenario({ engine, prepare, operate, before, after, meanwhile, also }: LakeScenario): Scenario {
  async function look(lake: Lake, done: boolean): Promise<void> {
    const rows = await rowsIn(lake, 't').catch((error: unknown) => {
      if (!done && meanwhile && isError(error, meanwhile)) return meanwhile
      throw error
    })
    if (rows === meanwhile && meanwhile) return
    if (done) expect(rows).toEqual(after)
    else expect([before, after]).toContainEqual(rows)
    if (rows) await also?.(lake, await readSnapshot(lake, 't', {}, context), done)
  }

  return {
    prepare: async (folder) => void (await prepare?.(tableLake(folder, engine))),
    run: async (folder, disk) => void (await operate(tableLake(folder, engine, disk))),
    async check(folder, done) {
      const lake = tableLake(folder, engine)
      await look(lake, done)
      await operate(lake)
      await look(lake, true)
    },
  }
}

/** The rows of a table as JSON texts, sorted; undefined when there is no such table. */
export async function rowsIn(lake: Lake, table: string): Promise<readonly string[] | undefined> {
  try {
    return await rowsOf(lake, relationOf(lake, await readSnapshot(lake, table, {}, context)))
  } catch (error) {
    if (isError(error, 'TABLE_NOT_FOUND')) return undefined
    throw error
  }
}

const given: Columns = [parseColumn('id', 'bigint'), parseColumn('day', 'varchar'), parseColumn('v', 'varchar')]
export const columns: Columns = [
  parseColumn('id', 'bigint not null'),
  parseColumn('day', 'date'),
  parseColumn('v', 'varchar'),
]

/** Rows of these columns as a query, and as the texts that `rowsIn` gives. */
export function rows(...ids: readonly number[]): Query & { readonly text: readonly string[] } {
  const row = (id: number): readonly [number, string, string] => [id, `2026-01-0${1 + (id % 2)}`, `value ${id}`]
  return {
    sql: 'SELECT id, CAST(day AS DATE) AS day, v FROM given',
    from: { given: { kind: 'values', columns: given, rows: ids.map(row) } },
    text: ids.map((id) => stringifyExact(row(id))).toSorted(),
  }
}

/** Makes the table `t`, if need be. */
export async function create(lake: Lake): Promise<void> {
  await unlessDone('TABLE_EXISTS', createTable(lake, 't', { columns, partitionBy: ['day'] }, context))
}

/** Appends rows once: the `txn` of the first time makes nothing of the second. */
export async function appendOnce(lake: Lake, batch: bigint, ids: readonly number[]): Promise<void> {
  const txns = [{ appId: 'batches', version: batch }]
  await unlessDone('TXN_COVERED', append(lake, 't', rows(...ids), { txns }, context))
}

async function unlessDone(code: ErrorCode, work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!isError(error, code)) throw error
  }
}
