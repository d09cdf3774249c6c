import { expect, test } from 'vitest'
import { SettledRows } from '../../src/dashboards/settled.ts'
import type { Engine, Query, ResultColumn } from '../../src/engines/engine.ts'
import type { Relation } from '../../src/engines/relation.ts'
import { columns, contextOf, engine, folder } from '../engines/harness.ts'

const types = columns({
  t: 'timestamptz',
  day: 'date',
  kind: 'varchar',
  n: 'bigint',
  small: 'smallint',
  amount: 'decimal(12,2)',
  rate: 'double',
  id: 'uuid',
  sure: 'boolean',
})
const duckdb = await engine()

function rowsOf(from: number, count: number): Relation {
  const kinds = ['view', 'cart', "o'clock", null]
  const rows = Array.from({ length: count }, (_, at) => {
    const n = from + at
    const time = new Date(Date.UTC(2026, 10, 1) + n * 977_000).toISOString()
    return [
      time,
      time.slice(0, 10),
      kinds[n % 4] ?? null,
      BigInt(n) * 1_000_000_007n,
      n % 300,
      n % 5 === 0 ? null : (n / 7).toFixed(2),
      n / 3,
      `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
      n % 2 === 0,
    ]
  })
  return { kind: 'values', columns: types, rows }
}

async function committed(rows: Relation): Promise<Relation> {
  const root = folder()
  const target = { root, partitionBy: [], fileBytes: 1e9 }
  const { files } = await duckdb.write({ sql: 'SELECT * FROM rows', from: { rows } }, target, contextOf())
  return { kind: 'delta', root, version: 1, columns: types, partitionColumns: [], files }
}

async function answered(query: Query): Promise<{ columns: readonly ResultColumn[]; rows: string[] }> {
  await using result = await duckdb.run(query, contextOf())
  const rows: string[] = []
  for await (const batch of result.batches) rows.push(...batch.map((row) => row.map(String).join('|')))
  return { columns: result.columns, rows: rows.toSorted() }
}

/** An engine that tells what it was asked. */
function heard(asked: Query[]): Engine {
  return {
    name: duckdb.name,
    can: duckdb.can,
    describe: (...given) => duckdb.describe(...given),
    readColumns: (...given) => duckdb.readColumns(...given),
    write: (...given) => duckdb.write(...given),
    close: () => duckdb.close(),
    run(query, context) {
      asked.push(query)
      return duckdb.run(query, context)
    },
  }
}

function kindsIn({ from }: Query): readonly string[] {
  return Object.values(from).flatMap((each) => (each.kind === 'union' ? each.of.map(({ kind }) => kind) : each.kind))
}

const queryOf = (sql: string, of: readonly Relation[], parameters: readonly string[] = []): Query => ({
  sql,
  from: { events: { kind: 'union', of } },
  parameters,
  limits: { rows: 10_000, timeoutMs: 30_000 },
  trust: 'lake',
})

test.each([
  'SELECT count(*) AS c, sum(n) AS s, sum(amount) AS a, min(t) AS first, max(id) AS last FROM events',
  'SELECT kind, sure, count(amount) AS c, sum(small) AS s FROM events GROUP BY kind, sure',
  "SELECT date_trunc('hour', t AT TIME ZONE 'America/Hermosillo') AS hour, day, sum(amount) AS a FROM events WHERE n > 9 GROUP BY hour, day",
  'SELECT small, min(kind) AS low, max(day) AS last, sum(n) AS s FROM events GROUP BY small',
])('what is counted of files is kept, and what is read anew is the rest: %s', async (sql) => {
  const files = await committed(rowsOf(0, 900))
  const settled = new SettledRows()
  const asked: Query[] = []
  const costs: number[] = []
  const run = {
    engine: heard(asked),
    spent: (_: unknown, startedMs: number) => costs.push(startedMs),
    mayCount: () => true,
  }
  for (const more of [10, 200, 1]) {
    const given = queryOf(sql, [files, rowsOf(900, more)])
    const shortened = await settled.shortened(given, run, contextOf())
    expect(kindsIn(shortened)).toEqual(['values', 'values'])
    expect(await answered(shortened)).toEqual(await answered(given))
  }
  // once of the files, and of no rows for types, and for the columns of either half
  expect([asked.length, costs.length]).toEqual([4, 4])
  // files beside them are counted, and those that are known are not again
  const beside = [files, await committed(rowsOf(900, 40)), rowsOf(940, 5)]
  expect(await answered(await settled.shortened(queryOf(sql, beside), run, contextOf()))).toEqual(
    await answered(queryOf(sql, beside)),
  )
  const ofFiles = asked.filter((each) => kindsIn(each).includes('delta') && !each.sql.endsWith('LIMIT 0'))
  expect(ofFiles.map(({ from }) => from['events'])).toEqual([
    { kind: 'union', of: [files] },
    { kind: 'union', of: [beside[1]] },
  ])
  // other files are counted anew
  const others = [await committed(rowsOf(0, 901)), rowsOf(901, 5)]
  expect(await answered(await settled.shortened(queryOf(sql, others), run, contextOf()))).toEqual(
    await answered(queryOf(sql, others)),
  )
  expect(asked.length).toBe(8)
})

test('what is counted for one value is not the answer of another', async () => {
  const of = [await committed(rowsOf(0, 50)), rowsOf(50, 10)]
  const settled = new SettledRows()
  const run = { engine: duckdb, spent: () => undefined, mayCount: () => true }
  for (const kind of ['view', 'cart']) {
    const given = queryOf('SELECT count(*) AS c, min(id) AS i FROM events WHERE kind = $1', of, [kind])
    const shortened = await settled.shortened(given, run, contextOf())
    expect(shortened).not.toBe(given)
    expect(await answered(shortened)).toEqual(await answered(given))
  }
})

test.each([
  ['more rows than are carried over', 'SELECT id, count(*) AS c FROM events GROUP BY id'],
  ['a sum of rounded numbers', 'SELECT sum(rate) AS s FROM events'],
  ['a type that is not carried over', 'SELECT rate, count(*) AS c FROM events GROUP BY rate'],
  ['an aggregate that is not told from parts', 'SELECT avg(n) AS a FROM events'],
  ['a value that fails', 'SELECT sum(CAST(kind AS BIGINT)) AS s FROM events'],
])('%s is left as it is, and looked at once', async (_, sql) => {
  const of = [await committed(rowsOf(0, 5_100)), rowsOf(5_100, 3)]
  const settled = new SettledRows()
  const asked: Query[] = []
  const run = { engine: heard(asked), spent: () => undefined, mayCount: () => true }
  const given = queryOf(sql, of)
  expect(await settled.shortened(given, run, contextOf())).toBe(given)
  const before = asked.length
  expect(await settled.shortened(given, run, contextOf())).toBe(given)
  expect(asked.length).toBe(before)
})

test('rows of another type beside the files are read with them', async () => {
  const files = await committed(rowsOf(0, 20))
  const wider: Relation = { kind: 'select', sql: 'SELECT n::DOUBLE AS n FROM r', from: { r: rowsOf(20, 3) } }
  const given = queryOf('SELECT max(n) AS m FROM events', [files, wider])
  const run = { engine: duckdb, spent: () => undefined, mayCount: () => true }
  expect(await new SettledRows().shortened(given, run, contextOf())).toBe(given)
})

const model = "SELECT t, coalesce(kind, 'none') AS kind, n * 2 AS n FROM stream -- one row of each\nWHERE n % 3 < 2"

test('what a model makes of each row is settled where its rows are', async () => {
  const stored = await committed(rowsOf(0, 300))
  const stream: Relation = { kind: 'union', of: [await committed(rowsOf(300, 200)), rowsOf(500, 20)] }
  const relation: Relation = {
    kind: 'union',
    of: [
      { kind: 'select', sql: 'SELECT t, kind, n FROM s', from: { s: stored } },
      { kind: 'select', sql: model, from: { stream } },
    ],
  }
  const given = queryOf('SELECT kind, count(*) AS c, sum(n) AS s, max(t) AS last FROM events GROUP BY ALL', [relation])
  const shortened = await new SettledRows().shortened(
    given,
    { engine: duckdb, spent: () => undefined, mayCount: () => true },
    contextOf(),
  )
  expect(shortened.from['events']).toEqual({
    kind: 'union',
    of: [{ kind: 'select', sql: model, from: { stream: { kind: 'union', of: [rowsOf(500, 20)] } } }],
  })
  expect(await answered(shortened)).toEqual(await answered(given))
})

test.each([
  ['SELECT kind, count(*) AS n FROM stream GROUP BY kind'],
  ['SELECT kind, row_number() OVER (ORDER BY t) AS n FROM stream'],
  ['SELECT DISTINCT kind, n FROM stream'],
  ['SELECT kind, n FROM stream ORDER BY n LIMIT 3'],
  ['SELECT kind, n FROM stream WHERE n > (SELECT avg(n) FROM stream)'],
  ['SELECT kind, unnest([n, n]) AS n FROM stream'],
  ['SELECT kind, n FROM stream WHERE t < now()'],
  ['SELECT kind, n FROM stream WHERE day < current_date'],
])('what a model makes of several rows, or of the time, is read as a whole: %s', async (text) => {
  const stream: Relation = { kind: 'union', of: [await committed(rowsOf(0, 50)), rowsOf(50, 5)] }
  const given = queryOf('SELECT count(*) AS c FROM events', [{ kind: 'select', sql: text, from: { stream } }])
  const run = { engine: duckdb, spent: () => undefined, mayCount: () => true }
  expect(await new SettledRows().shortened(given, run, contextOf())).toBe(given)
})

test('files for whose counting there is no time are read, and counted later', async () => {
  const given = queryOf('SELECT kind, count(*) AS c FROM events GROUP BY kind', [
    await committed(rowsOf(0, 30)),
    await committed(rowsOf(30, 30)),
    rowsOf(60, 4),
  ])
  const settled = new SettledRows()
  const run = (times: number) => {
    const left = { times }
    return { engine: duckdb, spent: () => undefined, mayCount: () => left.times-- > 0 }
  }
  expect(await settled.shortened(given, run(0), contextOf())).toBe(given)
  const kinds: string[][] = []
  for (const times of [1, 0, 1]) {
    const shortened = await settled.shortened(given, run(times), contextOf())
    kinds.push(kindsIn(shortened).toSorted())
    expect(await answered(shortened)).toEqual(await answered(given))
  }
  expect(kinds).toEqual([
    ['delta', 'values', 'values'],
    ['delta', 'values', 'values'],
    ['values', 'values'],
  ])
})

test('what a commit adds is counted by itself, and so is what stays beside files that go', async () => {
  const table = await committed(rowsOf(0, 40))
  if (table.kind !== 'delta') throw new Error('it is a table')
  const target = { root: table.root, partitionBy: [], fileBytes: 1e9 }
  const write = (rows: Relation) => duckdb.write({ sql: 'SELECT * FROM rows', from: { rows } }, target, contextOf())
  const [more, last, lastAgain, lastOnce] = await Promise.all(
    [rowsOf(40, 30), rowsOf(70, 9), rowsOf(70, 10), rowsOf(70, 11)].map(write),
  )
  if (!more || !last || !lastAgain || !lastOnce) throw new Error('they are written')
  const of = (files: typeof table.files, version: number): Query => {
    const stream: Relation = { kind: 'union', of: [{ ...table, files, version }, rowsOf(70, 3)] }
    const of: readonly Relation[] = [{ kind: 'select', sql: model, from: { stream } }]
    return queryOf('SELECT kind, count(*) AS c, sum(n) AS s FROM events GROUP BY kind', of)
  }
  let settled = new SettledRows()
  const asked: Query[] = []
  const written = [table, more, last, lastAgain, lastOnce].flatMap(({ files }) => files)
  const readFiles = () =>
    asked
      .splice(0)
      .filter(({ sql }) => !sql.endsWith('LIMIT 0'))
      .map(({ from }) => JSON.stringify(from, (key, held) => (typeof held === 'bigint' ? `${key}` : held)))
      .map((text) => written.filter(({ path }) => text.includes(path)))
  const step = async (query: Query, mayCount: boolean) => {
    const run = { engine: heard(asked), spent: () => undefined, mayCount: () => mayCount }
    const shortened = await settled.shortened(query, run, contextOf())
    const read = readFiles()
    expect(await answered(shortened)).toEqual(await answered(query))
    await heard(asked).run(shortened, contextOf())
    return { counted: read, read: readFiles()[0] }
  }
  const [first, both] = [of(table.files, 1), of([...table.files, ...more.files], 2)]
  expect(await step(first, true)).toEqual({ counted: [table.files], read: [] })
  // no time: what is added is read, and nothing else
  expect(await step(both, false)).toEqual({ counted: [], read: more.files })
  expect(await step(both, true)).toEqual({ counted: [more.files], read: [] })
  expect(await step(both, true)).toEqual({ counted: [], read: [] })
  expect(await step(of(more.files, 3), true)).toEqual({ counted: [], read: [] })
  settled = new SettledRows()
  // as a model writes its last day anew with each build: the others are counted once more, and then not again
  const builds = [last, lastAgain, lastOnce].map((each, at) => of([...table.files, ...each.files], at + 4))
  const [once, again, oneMore] = builds as [Query, Query, Query]
  expect(await step(once, true)).toEqual({ counted: [[...table.files, ...last.files]], read: [] })
  expect(await step(again, true)).toEqual({ counted: [table.files, lastAgain.files], read: [] })
  expect(await step(oneMore, true)).toEqual({ counted: [lastOnce.files], read: [] })
})

test('rows that are together too many to carry are counted once more as a whole', async () => {
  const table = await committed(rowsOf(0, 4_000))
  if (table.kind !== 'delta') throw new Error('it is a table')
  const target = { root: table.root, partitionBy: [], fileBytes: 1e9 }
  const more = await duckdb.write({ sql: 'SELECT * FROM rows', from: { rows: rowsOf(0, 3_000) } }, target, contextOf())
  const asked: Query[] = []
  const run = { engine: heard(asked), spent: () => undefined, mayCount: () => true }
  const settled = new SettledRows()
  const counted = async (files: typeof table.files): Promise<number> => {
    const given = queryOf('SELECT n, count(*) AS c FROM events GROUP BY n', [{ ...table, files }, rowsOf(0, 3)])
    asked.length = 0
    const shortened = await settled.shortened(given, run, contextOf())
    const count = asked.filter(({ sql }) => !sql.endsWith('LIMIT 0')).length
    expect(kindsIn(shortened)).toEqual(['values', 'values'])
    expect(await answered(shortened)).toEqual(await answered(given))
    return count
  }
  expect(await counted(table.files)).toBe(1)
  // what was added, and then both together
  expect(await counted([...table.files, ...more.files])).toBe(2)
  expect(await counted([...table.files, ...more.files])).toBe(0)
})

test('files of many commits are counted together again, but for the most of them', async () => {
  const table = await committed(rowsOf(0, 90))
  if (table.kind !== 'delta') throw new Error('it is a table')
  const target = { root: table.root, partitionBy: [], fileBytes: 1e9 }
  const files = [...table.files]
  const asked: Query[] = []
  const run = { engine: heard(asked), spent: () => undefined, mayCount: () => true }
  const settled = new SettledRows()
  const counted: number[] = []
  let carried = 0
  for (let at = 0; at < 35; at++) {
    const rows = { rows: rowsOf(90 + at, 1) }
    files.push(...(await duckdb.write({ sql: 'SELECT * FROM rows', from: rows }, target, contextOf())).files)
    const given = queryOf('SELECT count(*) AS c, sum(amount) AS a FROM events', [{ ...table, files }, rowsOf(500, 2)])
    asked.length = 0
    const shortened = await settled.shortened(given, run, contextOf())
    counted.push(asked.filter(({ sql }) => !sql.endsWith('LIMIT 0')).length)
    const values = shortened.from['~settled']
    carried = Math.max(carried, values?.kind === 'values' ? values.rows.length : 0)
    if (at % 8 === 0 || at > 31) expect(await answered(shortened)).toEqual(await answered(given))
  }
  expect(carried).toBe(32)
  expect(counted).toEqual(Array.from({ length: 35 }, (_, at) => (at === 32 ? 2 : 1)))
})

test('what is too much to carry is not counted again because files are added', async () => {
  const table = await committed(rowsOf(0, 5_100))
  if (table.kind !== 'delta') throw new Error('it is a table')
  const target = { root: table.root, partitionBy: [], fileBytes: 1e9 }
  const more = await duckdb.write({ sql: 'SELECT * FROM rows', from: { rows: rowsOf(5_100, 9) } }, target, contextOf())
  const asked: Query[] = []
  const run = { engine: heard(asked), spent: () => undefined, mayCount: () => true }
  const settled = new SettledRows()
  for (const [files, times] of [
    [table.files, 1],
    [[...table.files, ...more.files], 0],
    [more.files, 1],
  ] as const) {
    const given = queryOf('SELECT n, count(*) AS c FROM events GROUP BY n', [{ ...table, files }, rowsOf(0, 3)])
    asked.length = 0
    expect(await answered(await settled.shortened(given, run, contextOf()))).toEqual(await answered(given))
    expect(asked.filter(({ sql }) => !sql.endsWith('LIMIT 0')).length).toBe(times)
  }
})

test('where no row is under way, what is counted is the answer', async () => {
  const given = queryOf('SELECT kind, count(*) AS c, sum(amount) AS a FROM events GROUP BY kind', [
    await committed(rowsOf(0, 60)),
  ])
  const run = { engine: duckdb, spent: () => undefined, mayCount: () => true }
  const shortened = await new SettledRows().shortened(given, run, contextOf())
  expect(kindsIn(shortened)).toEqual(['delta', 'values'])
  expect(await answered(shortened)).toEqual(await answered(given))
})

test.each([
  ['few digits', '999999999999.99'],
  ['many digits', '9999999999999999999999.99'],
])('sums of %s are carried over exactly', async (_, amount) => {
  const wide = columns({ k: 'bigint', amount: 'decimal(30,2)' })
  const rows = (signs: readonly string[]): Relation => ({
    kind: 'values',
    columns: wide,
    rows: signs.map((sign, at) => [BigInt(at % 2), `${sign}${amount}`]),
  })
  const stored = rows(['-', '', '-', '-', ''])
  const table = await committed(stored)
  if (table.kind !== 'delta') throw new Error('it is a table')
  const of = [{ ...table, columns: wide }, rows(['', '-'])]
  const given = queryOf('SELECT k, sum(amount) AS a, min(amount) AS low FROM events GROUP BY k', of)
  const run = { engine: duckdb, spent: () => undefined, mayCount: () => true }
  const shortened = await new SettledRows().shortened(given, run, contextOf())
  expect(kindsIn(shortened)).toEqual(['values', 'values'])
  expect(await answered(shortened)).toEqual(await answered(given))
})
