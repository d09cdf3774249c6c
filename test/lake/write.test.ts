import { globSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type Columns, parseColumn } from '../../src/core/columns.ts'
import type { Query } from '../../src/engines/engine.ts'
import { collect } from '../../src/engines/rows.ts'
import { commit } from '../../src/lake/commit.ts'
import { createTable } from '../../src/lake/create.ts'
import { applyDelete, deleteWhere, planDelete } from '../../src/lake/delete.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { mergeByKey } from '../../src/lake/merge.ts'
import { relationOf } from '../../src/lake/relation.ts'
import { readSnapshot, type Snapshot } from '../../src/lake/snapshot.ts'
import { addColumns, append, interval, overwrite } from '../../src/lake/write.ts'
import { engine } from '../engines/harness.ts'
import { tempFolder } from '../temp-folder.ts'
import { context } from './log-lake.ts'
import { rowsOf, tableLake, writeRows } from './table-lake.ts'

const duckdb = await engine(400_000_000)

function columns(texts: Readonly<Record<string, string>>): Columns {
  return Object.entries(texts).map(([name, text]) => parseColumn(name, text))
}

async function lakeOf(texts: Readonly<Record<string, string>>, partitionBy: readonly string[] = []): Promise<Lake> {
  const lake = tableLake(await tempFolder(), duckdb)
  await createTable(lake, 't', { columns: columns(texts), partitionBy }, context)
  return lake
}

const query = (sql: string): Query => ({ sql, from: {} })

async function rows(lake: Lake, at: { version?: number } = {}): Promise<string[]> {
  return rowsOf(lake, relationOf(lake, await readSnapshot(lake, 't', at, context)))
}

const parquet = (lake: Lake) => globSync('t/**/*.parquet', { cwd: lake.root }).length
const snapshotOf = (lake: Lake): Promise<Snapshot> => readSnapshot(lake, 't', {}, context)

test('rows are appended by the names of their columns, cast where nothing changes, NULL where they lack one', async () => {
  const lake = await lakeOf({ id: 'bigint', price: 'decimal(12,2)', at: 'timestamptz', u: 'uuid' })
  const done = await append(lake, 't', query('SELECT 1.5::DECIMAL(4,1) AS PRICE, 7::SMALLINT AS id'), {}, context)
  expect(done).toMatchObject({ rowsAdded: 1, rowsRemoved: 0, snapshot: { version: 1 } })
  expect(await rows(lake)).toEqual(['[7,"1.50",null,null]'])
  const [file] = done.snapshot.files.values()
  expect(JSON.parse(file?.stats ?? '')).toMatchObject({ numRecords: 1, minValues: { id: 7, price: 1.5 } })
})

test.each([
  ['SELECT 1::BIGINT AS id, 2 AS other', 'COLUMN_UNKNOWN'],
  ['SELECT 1::BIGINT AS id, 2::BIGINT AS ID_1, 3 AS Id', 'COLUMN_UNKNOWN'],
  ['SELECT 1.5::DOUBLE AS id', 'SCHEMA_MISMATCH'],
  ["SELECT 'x' AS id", 'SCHEMA_MISMATCH'],
  ['SELECT 1::BIGINT AS id, 1.234::DECIMAL(5,3) AS price', 'SCHEMA_MISMATCH'],
  ["SELECT 1::BIGINT AS id, TIMESTAMPTZ '2020-01-01 10:00:00Z' AS day", 'SCHEMA_MISMATCH'],
  ["SELECT 1::BIGINT AS id, 'no uuid' AS u", 'QUERY_FAILED'],
  ['SELECT 99999999999999::BIGINT AS price, 1 AS id', 'QUERY_FAILED'],
  ['SELECT NULL::BIGINT AS id FROM range(3)', 'NULL_NOT_ALLOWED'],
  ['SELECT 1::BIGINT AS id, [NULL]::BIGINT[] AS l, NULL::BIGINT[] AS need', 'NULL_NOT_ALLOWED'],
])('%s is refused by %s, and leaves no file', async (sql, code) => {
  const lake = await lakeOf({
    id: 'bigint not null',
    price: 'decimal(12,2)',
    day: 'date',
    u: 'uuid',
    l: 'bigint[]',
    need: 'bigint[]',
  })
  if (sql.includes('need')) {
    const strict = columns({ id: 'bigint', need: 'bigint[] not null', l: 'bigint[]' })
    await overwrite(
      lake,
      't',
      query('SELECT 1::BIGINT AS id, [1]::BIGINT[] AS need WHERE false'),
      { columns: strict, partitionBy: [] },
      {},
      context,
    )
  }
  await expect(append(lake, 't', query(sql), {}, context)).rejects.toMatchObject({ code })
  expect(parquet(lake)).toBe(0)
  expect(await rows(lake)).toEqual([])
})

test('no rows make a commit, so that a txn moves on', async () => {
  const lake = await lakeOf({ id: 'bigint' })
  const options = { txns: [{ appId: 'files/s', version: 4n }] }
  const { snapshot } = await append(lake, 't', query('SELECT 1::BIGINT AS id WHERE false'), options, context)
  expect(snapshot).toMatchObject({ version: 1, txns: new Map([['files/s', 4n]]) })
  expect(parquet(lake)).toBe(0)
  await expect(append(lake, 't', query('SELECT 1::BIGINT AS id'), options, context)).rejects.toMatchObject({
    code: 'TXN_COVERED',
  })
  expect(parquet(lake)).toBe(0)
})

test('a table grows columns by its rows when told so, and by itself', async () => {
  const lake = await lakeOf({ id: 'bigint' })
  await append(lake, 't', query('SELECT 1::BIGINT AS id'), {}, context)
  await append(lake, 't', query("SELECT 2::BIGINT AS id, 'x' AS word"), { evolve: true }, context)
  await addColumns(lake, 't', columns({ WORD: 'varchar', u: 'uuid not null' }), context)
  expect(await rows(lake)).toEqual(['[1,null,null]', '[2,"x",null]'])
  expect((await snapshotOf(lake)).columns.map((column) => column.nullable)).toEqual([true, true, true])
  expect((await addColumns(lake, 't', columns({ id: 'bigint' }), context)).version).toBe(3)
  const clash = append(lake, 't', query("SELECT 'x' AS id"), { evolve: true }, context)
  await expect(clash).rejects.toMatchObject({ code: 'SCHEMA_MISMATCH' })
})

test('everything is replaced, also by other columns and partitions, and the old version stays readable', async () => {
  const lake = await lakeOf({ id: 'bigint' })
  await append(lake, 't', query('SELECT range AS id FROM range(3)'), {}, context)
  const first = await overwrite(lake, 't', query('SELECT 9::BIGINT AS id'), 'everything', {}, context)
  expect(first).toMatchObject({ rowsAdded: 1, rowsRemoved: 3 })
  const target = { columns: columns({ name: 'varchar', day: 'date' }), partitionBy: ['day'] }
  await overwrite(lake, 't', query("SELECT 'a' AS name, DATE '2020-01-02' AS day"), target, {}, context)
  expect(await rows(lake)).toEqual(['["a","2020-01-02"]'])
  expect(await rows(lake, { version: 2 })).toEqual(['[9]'])
  expect((await snapshotOf(lake)).partitionColumns).toEqual(['day'])
})

test('partitions are replaced, those of the rows or those named, NULL among them', async () => {
  const lake = await lakeOf({ p: 'varchar', n: 'bigint' }, ['p'])
  const values = (...pairs: [string | null, number][]) =>
    query(
      `SELECT * FROM (VALUES ${pairs.map(([p, n]) => `(${p === null ? 'NULL' : `'${p}'`}, ${n}::BIGINT)`).join(', ')}) AS v(p, n)`,
    )
  await append(lake, 't', values(['a/b', 1], ['c d', 2], [null, 3], ['ü=%', 4]), {}, context)
  await overwrite(lake, 't', values(['a/b', 10], [null, 30]), { partitions: 'written' }, {}, context)
  expect(await rows(lake)).toEqual(['["a/b",10]', '["c d",2]', '["ü=%",4]', '[null,30]'].sort())
  const named = { partitions: [{ p: 'c d' }, { p: null }] }
  await expect(overwrite(lake, 't', values(['a/b', 1]), named, {}, context)).rejects.toMatchObject({
    code: 'ROWS_OUTSIDE',
  })
  const { rowsRemoved } = await overwrite(lake, 't', values(['c d', 20]), named, {}, context)
  expect(rowsRemoved).toBe(2)
  expect(await rows(lake)).toEqual(['["a/b",10]', '["c d",20]', '["ü=%",4]'].sort())
})

test('an interval is replaced: rows outside of it stay, and new ones outside of it are refused', async () => {
  const lake = await lakeOf({ d: 'date', n: 'bigint' })
  const days = (from: number, to: number, n: number) =>
    query(`SELECT (DATE '2020-01-01' + range::INTEGER) AS d, ${n}::BIGINT AS n FROM range(${from}, ${to})`)
  await append(lake, 't', days(0, 3, 1), {}, context)
  await append(lake, 't', days(3, 6, 2), {}, context)
  await append(lake, 't', days(6, 9, 3), {}, context)
  const where = interval('d', '2020-01-02', '2020-01-05')
  await expect(overwrite(lake, 't', days(0, 3, 9), { where }, {}, context)).rejects.toMatchObject({
    code: 'ROWS_OUTSIDE',
    fields: { rows: 1 },
  })
  const before = await snapshotOf(lake)
  const done = await overwrite(lake, 't', days(1, 2, 9), { where }, {}, context)
  expect(done).toMatchObject({ rowsAdded: 1, rowsRemoved: 3 })
  expect((await rows(lake)).map((row) => row.slice(10, -1))).toEqual([
    '01",1',
    '02",9',
    '05",2',
    '06",2',
    '07",3',
    '08",3',
    '09",3',
  ])
  const untouched = [...before.files.keys()].filter((path) => done.snapshot.files.has(path))
  expect(untouched).toHaveLength(1)
})

test('a deletion is planned file by file, opens only files that can match, and does what the plan says', async () => {
  const lake = await lakeOf({ n: 'bigint', s: 'varchar' })
  for (const from of [0, 10, 20])
    await append(
      lake,
      't',
      query(`SELECT range AS n, 'x' || range AS s FROM range(${from}, ${from + 10})`),
      {},
      context,
    )
  const [first] = (await snapshotOf(lake)).files.keys()
  const where = {
    sql: "n >= 5 AND s <> 'x7' AND n < 20 -- all but one",
    conditions: [
      { column: ['n'], op: '>=', value: 5 },
      { column: ['n'], op: '<', value: 20 },
    ],
  } as const
  const plan = await planDelete(lake, 't', where, context)
  expect(plan).toMatchObject({ version: 3, rowsDeleted: 14, filesRemoved: 1, filesRewritten: 1 })
  expect(plan.files.map(({ rows: all, hits }) => [all, hits])).toEqual([
    [10, 4],
    [10, 10],
  ])
  const after = await applyDelete(lake, plan, {}, context)
  expect(after.files.size).toBe(2)
  expect(after.removed.has(first as string)).toBe(true)
  expect(await rows(lake)).toHaveLength(16)
  // what was planned on a version that is gone is not done by half
  await expect(applyDelete(lake, plan, {}, context)).rejects.toMatchObject({ code: 'COMMIT_CONFLICT' })
  expect(await rows(lake)).toHaveLength(16)
})

test('rows for which the condition is NULL stay, and nothing to delete is no commit', async () => {
  const lake = await lakeOf({ n: 'bigint' })
  await append(lake, 't', query('SELECT * FROM (VALUES (1::BIGINT), (NULL)) AS v(n)'), {}, context)
  expect((await deleteWhere(lake, 't', { sql: 'n > 5' }, {}, context)).snapshot.version).toBe(1)
  expect(await deleteWhere(lake, 't', { sql: 'n = 1' }, {}, context)).toMatchObject({ rowsDeleted: 1 })
  expect(await rows(lake)).toEqual(['[null]'])
})

test('a condition that says something else each time is refused', async () => {
  const lake = await lakeOf({ n: 'bigint' })
  await append(lake, 't', query('SELECT range AS n FROM range(5000)'), {}, context)
  // of 5,000 coins as many fall on one side twice in one try of a hundred
  const tries = [1, 2, 3, 4].map(() => deleteWhere(lake, 't', { sql: 'random() < 0.5' }, {}, context))
  const refused = (await Promise.allSettled(tries)).filter(({ status }) => status === 'rejected')
  expect(refused).toContainEqual({ status: 'rejected', reason: expect.objectContaining({ code: 'ROWS_UNACCOUNTED' }) })
  expect(parquet(lake)).toBe(1 + tries.length - refused.length)
})

test('merge replaces by key, adds what is new, removes what is touched and gone, and leaves other files alone', async () => {
  const lake = await lakeOf({ k: 'bigint', v: 'varchar' })
  for (const from of [0, 10, 20])
    await append(lake, 't', query(`SELECT range AS k, 'old' AS v FROM range(${from}, ${from + 3})`), {}, context)
  const before = await snapshotOf(lake)
  const done = await mergeByKey(
    lake,
    't',
    {
      key: ['K'],
      rows: query("SELECT * FROM (VALUES (1::BIGINT, 'new'), (50, 'new')) AS v(k, v)"),
      touched: { kind: 'values', columns: columns({ k: 'bigint' }), rows: [[1n], [12n], [99n]] },
    },
    {},
    context,
  )
  expect(done).toMatchObject({ rowsAdded: 2, rowsRemoved: 2 })
  expect(await rows(lake)).toEqual([
    '[0,"old"]',
    '[1,"new"]',
    '[10,"old"]',
    '[11,"old"]',
    '[2,"old"]',
    '[20,"old"]',
    '[21,"old"]',
    '[22,"old"]',
    '[50,"new"]',
  ])
  expect([...before.files.keys()].filter((path) => done.snapshot.files.has(path))).toHaveLength(1)
})

test('a key that occurs twice is refused, a NULL key is one key', async () => {
  const lake = await lakeOf({ k: 'bigint', k2: 'varchar', v: 'bigint' })
  const twice = query("SELECT range % 2 AS k, 'a' AS k2, range AS v FROM range(3)")
  await expect(mergeByKey(lake, 't', { key: ['k', 'k2'], rows: twice }, {}, context)).rejects.toMatchObject({
    code: 'KEY_NOT_UNIQUE',
    fields: { keys: 1 },
  })
  expect(parquet(lake)).toBe(0)
  for (const v of [1, 2])
    await mergeByKey(
      lake,
      't',
      { key: ['k', 'k2'], rows: query(`SELECT NULL::BIGINT AS k, 'a' AS k2, ${v}::BIGINT AS v`) },
      {},
      context,
    )
  expect(await rows(lake)).toEqual(['[null,"a",2]'])
})

test('a counter that four increment side by side loses nothing', async () => {
  const lake = await lakeOf({ k: 'bigint', n: 'bigint' })
  await append(lake, 't', query('SELECT 1::BIGINT AS k, 0::BIGINT AS n'), {}, context)
  const bump = async () => {
    for (let turn = 0; turn < 10; turn++) {
      const next = (snapshot: Snapshot): Query => ({
        sql: 'SELECT k, n + 1 AS n FROM t',
        from: { t: relationOf(lake, snapshot) },
      })
      await mergeByKey(lake, 't', { key: ['k'], rows: next }, {}, context)
    }
  }
  const runners = [bump(), bump(), bump(), bump()]
  for (const runner of runners) await runner
  expect(await rows(lake)).toEqual(['[1,40]'])
  // nothing is left behind of the attempts that came second
  const used = new Set<string>()
  for (let version = 0; version <= 41; version++)
    for (const path of (await readSnapshot(lake, 't', { version }, context)).files.keys()) used.add(path)
  expect(parquet(lake)).toBe(used.size)
})

test('more partitions than a commit takes are refused', async () => {
  const lake = await lakeOf({ p: 'bigint', n: 'bigint' }, ['p'])
  const many = query('SELECT range AS p, 1::BIGINT AS n FROM range(501)')
  await expect(append(lake, 't', many, {}, context)).rejects.toMatchObject({ code: 'TOO_MANY_PARTITIONS' })
  expect(parquet(lake)).toBe(0)
})

test('deletions keep the mark of our own files, and do not give it to foreign ones', async () => {
  const lake = await lakeOf({ n: 'bigint' })
  const own = await append(lake, 't', query('SELECT range AS n FROM range(4)'), {}, context)
  expect([...own.snapshot.files.values()].map((file) => file.tags)).toEqual([{ 'millrace.partitions': 'computed' }])
  const { snapshot: after } = await deleteWhere(lake, 't', { sql: 'n = 1' }, {}, context)
  expect([...after.files.values()].map((file) => file.tags)).toEqual([{ 'millrace.partitions': 'computed' }])
  const foreign = await writeRows(lake, 't', columns({ n: 'bigint' }), [[7n], [8n]])
  const adds = foreign.flatMap((action) => ('add' in action ? [{ ...action.add, stats: '{}' }] : []))
  await commit(lake, after, { operation: 'WRITE', adds, removes: [], txns: [], reads: 'nothing' }, context)
  const mixed = await deleteWhere(lake, 't', { sql: 'n IN (2, 7)' }, {}, context)
  expect(mixed.rowsDeleted).toBe(2)
  expect([...mixed.snapshot.files.values()].map((file) => file.tags)).toEqual([undefined])
  expect(await rows(lake)).toEqual(['[0]', '[3]', '[8]'])
})

test('a text that could be SQL is a value', async () => {
  const where = interval('d"x', "2020' OR 1=1 --", '2021')
  const [row] = await collect(
    await duckdb.run(
      { sql: `SELECT count(*) FROM (SELECT '2020-05' AS "d""x") WHERE ${where.sql}`, from: {} },
      context,
    ),
  )
  expect(row).toEqual([1n])
})
