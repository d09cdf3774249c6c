import { expect, test } from 'vitest'
import { createTable } from '../../src/lake/create.ts'
import { deleteWhere } from '../../src/lake/delete.ts'
import { append } from '../../src/lake/write.ts'
import { columns, engine } from '../engines/harness.ts'
import { tableLake } from '../lake/table-lake.ts'
import { context } from '../query/harness.ts'
import { tempFolder } from '../temp-folder.ts'
import { type World, worldOf } from './world.ts'

const duckdb = await engine()

const daily = `/*
kind: incremental
time: day
grain: day
*/
SELECT CAST(date_trunc('day', ts) AS DATE) AS day, count(*) AS n, sum(amount) AS total FROM events GROUP BY 1`
const perUser = `/*
kind: merge
key: [user_id]
*/
SELECT user_id, sum(amount) AS total FROM events GROUP BY user_id`

async function world(): Promise<World> {
  const lake = tableLake(await tempFolder(), duckdb)
  const types = { id: 'bigint', ts: 'timestamptz', user_id: 'bigint', amount: 'bigint' }
  await createTable(lake, 'events', { columns: columns(types) }, context)
  return worldOf(lake, { daily, per_user: perUser }, 'UTC', context)
}

const rows = (...values: readonly string[]) => ({
  sql: `SELECT * FROM (VALUES ${values.join(', ')}) v(id, ts, user_id, amount)`,
  from: {},
})
const row = (id: number, at: string, user: number, amount: number) =>
  `(${id}::BIGINT, TIMESTAMPTZ '${at}', ${user}::BIGINT, ${amount}::BIGINT)`

test('a model is whole before it is built, after it, and after its inputs have changed', async () => {
  const { lake, completed, plain, build } = await world()
  const check = async () => {
    for (const model of ['daily', 'per_user']) expect(await completed(model)).toEqual(await plain(model))
  }
  await check()
  await append(
    lake,
    'events',
    rows(row(1, '2024-01-01 10:00:00Z', 1, 5), row(2, '2024-01-02 10:00:00Z', 2, 7)),
    {},
    context,
  )
  await check()
  await build()
  await check()
  await append(lake, 'events', rows(row(3, '2024-01-01 11:00:00Z', 2, 1)), {}, context)
  await check()
  await deleteWhere(lake, 'events', { sql: 'id = 2' }, {}, context)
  await check()
  await build()
  await check()
})
