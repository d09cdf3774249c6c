import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDuckdb } from '../../src/engines/duckdb.ts'
import type { Engine } from '../../src/engines/engine.ts'
import { fileLedger } from '../../src/sources/ledger.ts'
import { spillFolder } from '../temp-folder.ts'
import { brief, type Loading, load, loading, query, rejects, sourceOf } from './loading.ts'

let engine: Engine

beforeAll(async () => {
  engine = await openDuckdb({ memoryBytes: 512 << 20, threads: 2, tempFolder: spillFolder })
})

afterAll(() => engine.close())

const conditions = ["kind = 'order'", "kind IN ('order', 'view') AND amount IS NULL", 'amount::INTEGER > 5']

/** Orders to one table, views to another, which also takes what is worth more than 5; the rest is refused by the first. */
async function loadBoth(on: Loading, glob: string) {
  const orders = { columns: { id: 'bigint not null', amount: 'decimal(8,2)' }, unknown: 'drop' as const }
  const views = { columns: { id: 'bigint not null', page: 'varchar' }, unknown: 'drop' as const }
  const found: string[] = []
  for (const [table, contract, mine, refusesRest] of [
    ['orders', orders, [0], true],
    ['views', views, [1, 2], false],
  ] as const) {
    const source = sourceOf(on, { table, contract, files: { glob }, maxRejects: 1 })
    const rules = { ...source.rules, route: { conditions, mine, refusesRest } }
    found.push(...brief(await load(on, { ...source, rules })))
    const ledger = await fileLedger(on.lake, table, on.context)
    expect(ledger.flatMap(({ open }) => open)).toEqual([])
  }
  return found
}

test('a row goes to the first table whose condition holds, and one for which none does is refused', async () => {
  const on = await loading(engine)
  await writeFile(
    join(on.root, 'a.csv'),
    'id,kind,amount,page\n1,order,2.5,\n2,view,,x\nx,order,1,\n4,view,9,y\n5,ad,oops,\n',
  )
  expect(await loadBoth(on, 'a.csv')).toEqual(['a.csv: loaded 1+2', 'a.csv: loaded 2+0'])
  expect(await query(on, 'SELECT id, amount FROM t', 'orders')).toEqual([[1n, '2.50']])
  expect(await query(on, 'SELECT id, page FROM t ORDER BY 1', 'views')).toEqual([
    [2n, 'x'],
    [4n, 'y'],
  ])
  expect((await rejects(on, 'orders')).map(({ line, code, raw }) => [line, code, raw])).toEqual([
    [4n, 'type', 'x,order,1,'],
    [6n, 'no_route', '5,ad,oops,'],
  ])
})

test('objects are routed by their keys, and what they lack is NULL', async () => {
  const on = await loading(engine)
  await writeFile(join(on.root, 'a.ndjson'), '{"id":1,"kind":"order","amount":2.5}\n{"id":2,"kind":"view"}\n{"id":3}\n')
  expect(await loadBoth(on, 'a.ndjson')).toEqual(['a.ndjson: loaded 1+1', 'a.ndjson: loaded 1+0'])
})
