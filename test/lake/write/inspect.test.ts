import { globSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseColumn } from '../../../src/core/columns.ts'
import type { Query } from '../../../src/engines/engine.ts'
import { createTable, createTableWith } from '../../../src/lake/create.ts'
import type { RowOptions } from '../../../src/lake/delete.ts'
import type { Lake } from '../../../src/lake/lake.ts'
import { mergeByKey } from '../../../src/lake/merge.ts'
import { commitQueue } from '../../../src/lake/queue.ts'
import { relationOf } from '../../../src/lake/relation.ts'
import { readSnapshot, tableExists } from '../../../src/lake/snapshot.ts'
import { append, interval, overwrite } from '../../../src/lake/write.ts'
import { engine } from '../../engines/harness.ts'
import { tempFolder } from '../../temp-folder.ts'
import { context } from '../log-lake.ts'
import { rowsOf, tableLake } from '../table-lake.ts'

const duckdb = await engine(400_000_000)
const query = (sql: string): Query => ({ sql, from: {} })
const columns = [parseColumn('id', 'bigint'), parseColumn('n', 'bigint')]

/** A table of the rows [1, 10] and [2, 20], in one file. */
async function lakeOfTwo(): Promise<Lake> {
  const lake = tableLake(await tempFolder(), duckdb)
  await createTable(lake, 't', { columns }, context)
  await append(lake, 't', query('SELECT i AS id, 10 * i AS n FROM range(1, 3) r(i)'), {}, context)
  return lake
}

const writes: Readonly<Record<string, (lake: Lake, options: RowOptions) => Promise<unknown>>> = {
  append: (lake, options) => append(lake, 't', query('SELECT 2::BIGINT AS id, 5::BIGINT AS n'), options, context),
  overwrite: (lake, options) =>
    overwrite(
      lake,
      't',
      query('SELECT 2::BIGINT AS id, 5::BIGINT AS n'),
      { where: interval('id', 2, 3) },
      options,
      context,
    ),
  merge: (lake, options) =>
    mergeByKey(lake, 't', { key: ['id'], rows: query('SELECT 2::BIGINT AS id, 5::BIGINT AS n') }, options, context),
}

const parquet = (lake: Lake) => globSync('t/**/*.parquet', { cwd: lake.root }).length

test.each([
  ['append', ['[1,10]', '[2,20]', '[2,5]']],
  ['overwrite', ['[1,10]', '[2,5]']],
  ['merge', ['[1,10]', '[2,5]']],
] as const)('before an %s is committed one can see what it brings and what will be', async (kind, after) => {
  const lake = await lakeOfTwo()
  const seen: string[][] = []
  await writes[kind]?.(lake, {
    inspect: async (rows) => {
      seen.push(await rowsOf(lake, rows.staged), await rowsOf(lake, rows.after))
      expect((await readSnapshot(lake, 't', {}, context)).version).toBe(1)
    },
  })
  expect(seen).toEqual([['[2,5]'], after])
  const now = await readSnapshot(lake, 't', {}, context)
  expect(await rowsOf(lake, relationOf(lake, now))).toEqual(after)
})

test.each(Object.keys(writes))('an %s that is refused on sight leaves no file and no version', async (kind) => {
  const lake = await lakeOfTwo()
  const refusal = new Error('not like this')
  await expect(writes[kind]?.(lake, { inspect: () => Promise.reject(refusal) })).rejects.toBe(refusal)
  expect(parquet(lake)).toBe(1)
  expect((await readSnapshot(lake, 't', {}, context)).version).toBe(1)
})

test('rows that are none, over a table that will be empty, can be looked at', async () => {
  const lake = await lakeOfTwo()
  const seen: string[][] = []
  const none = query('SELECT 1::BIGINT AS id, 1::BIGINT AS n WHERE false')
  const inspect: RowOptions['inspect'] = async ({ staged, after }) => {
    seen.push(await rowsOf(lake, staged), await rowsOf(lake, after))
  }
  await overwrite(lake, 't', none, 'everything', { inspect }, context)
  expect(seen).toEqual([[], []])
})

test('a table is made with its first rows in one commit, or not at all', async () => {
  const lake = tableLake(await tempFolder(), duckdb)
  const spec = { columns, partitionBy: ['id'] }
  const rows = query('SELECT i AS id, 10 * i AS n FROM range(1, 3) r(i)')
  const seen: string[][] = []
  const txns = (version: number) => [{ appId: 'built', version: BigInt(version) }]
  const refused = createTableWith(lake, 't', spec, rows, { inspect: () => Promise.reject(new Error('no')) }, context)
  await expect(refused).rejects.toThrow('no')
  expect(parquet(lake)).toBe(0)
  expect(await tableExists(lake, 't', context)).toBe(false)
  const inspect: RowOptions['inspect'] = async ({ staged, after }) => {
    seen.push(await rowsOf(lake, staged), await rowsOf(lake, after))
  }
  const { snapshot, rowsAdded } = await createTableWith(lake, 't', spec, rows, { inspect, txns }, context)
  expect(snapshot).toMatchObject({ version: 0, partitionColumns: ['id'], txns: new Map([['built', 0n]]) })
  expect(rowsAdded).toBe(2)
  expect(await rowsOf(lake, relationOf(lake, snapshot))).toEqual(['[1,10]', '[2,20]'])
  expect(seen).toEqual([
    ['[1,10]', '[2,20]'],
    ['[1,10]', '[2,20]'],
  ])
  await expect(createTableWith(lake, 't', spec, rows, {}, context)).rejects.toMatchObject({ code: 'TABLE_EXISTS' })
  expect(parquet(lake)).toBe(2)
})

test.each([
  ['append', 1], // it has read nothing that another could have altered
  ['overwrite', 2],
  ['merge', 2],
])('an %s that is serializable is decided %i times when another writer appends meanwhile', async (kind, decided) => {
  const lake = await lakeOfTwo()
  let times = 0
  const inspect: RowOptions['inspect'] = async () => {
    if (++times === 1)
      await append({ ...lake, queue: commitQueue() }, 't', query('SELECT 2::BIGINT AS id'), {}, context)
  }
  await writes[kind]?.(lake, { inspect, isolation: 'Serializable' })
  expect(times).toBe(decided)
})
