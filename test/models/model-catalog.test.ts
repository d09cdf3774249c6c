import { expect, test } from 'vitest'
import { createTable } from '../../src/lake/create.ts'
import { append } from '../../src/lake/write.ts'
import { modelCatalog } from '../../src/models/model-catalog.ts'
import { leavesOf } from '../../src/models/reading/leaves.ts'
import { type Catalog, mergeCatalogs } from '../../src/query/catalog.ts'
import { freeze } from '../../src/query/frozen.ts'
import { query, resolveQuery } from '../../src/query/query.ts'
import { columns, engine } from '../engines/harness.ts'
import { tableLake } from '../lake/table-lake.ts'
import { catalogOf, context, rowsOf } from '../query/harness.ts'
import { tempFolder } from '../temp-folder.ts'
import { type World, worldOf } from './world.ts'

const duckdb = await engine()
const models = {
  daily: `/*\nkind: incremental\ntime: day\ngrain: day\n*/
SELECT CAST(ts AS DATE) AS day, sum(amount) AS total FROM events GROUP BY 1`,
  best: 'SELECT max(total) AS total FROM daily',
  late: "SELECT * FROM daily WHERE day >= DATE '2024-01-02'",
  counted: '/*\nkind: table\n*/\nSELECT count(*) AS n FROM events',
}

interface Ground extends World {
  readonly catalog: (onTheSpotBytes?: number) => Catalog
  readonly arrive: (time: string, amount: number) => Promise<void>
}

async function ground(): Promise<Ground> {
  const lake = tableLake(await tempFolder(), duckdb)
  await createTable(lake, 'events', { columns: columns({ ts: 'timestamptz', amount: 'bigint' }) }, context)
  const world = await worldOf(lake, models, 'UTC', context)
  const { graph } = world
  const place = async (name: string) => ({ name, lake, table: name })
  return {
    ...world,
    catalog: (onTheSpotBytes) =>
      mergeCatalogs([
        modelCatalog({
          names: async () => Object.keys(models),
          open: async () => ({ graph, lake, timezone: 'UTC', place }),
          ...(onTheSpotBytes !== undefined && { onTheSpotBytes }),
        }),
        catalogOf(lake, ['events', 'daily', 'counted']),
      ]),
    async arrive(time, amount) {
      const sql = `SELECT TIMESTAMPTZ '${time}+00' AS ts, ${amount}::BIGINT AS amount`
      await append(lake, 'events', { sql, from: {} }, {}, context)
    },
  }
}

test('a model is read up to date under its name, beside the tables, at versions that fit', async () => {
  const { lake, catalog, arrive, build } = await ground()
  await arrive('2024-01-01 10:00:00', 5)
  const own = catalog()
  const totals = () => rowsOf(own, lake, 'SELECT day, total FROM daily ORDER BY 1')
  expect(await totals()).toEqual([['2024-01-01', 5n]])
  await build()
  await arrive('2024-01-01 11:00:00', 2)
  await arrive('2024-01-02 11:00:00', 9)
  expect(await totals()).toEqual([
    ['2024-01-01', 7n],
    ['2024-01-02', 9n],
  ])
  await using answer = await query(
    own,
    lake.engine,
    'SELECT (SELECT sum(amount) FROM events), (SELECT total FROM best), n FROM counted',
    {},
    context,
  )
  expect(answer.position).toEqual({ versions: { events: 3, daily: 0, counted: 0 }, offsets: {}, behind: {} })
  // a table is as of its build
  for await (const rows of answer.batches) expect(rows).toEqual([[16n, 9n, 1n]])
})

test('only intervals that the filters can reach are computed', async () => {
  const { catalog, arrive, build } = await ground()
  for (const day of ['01', '02', '03']) await arrive(`2024-01-${day} 10:00:00`, 1)
  await build()
  for (const day of ['01', '02', '03']) await arrive(`2024-01-${day} 11:00:00`, 1)
  const opened = async (sql: string) => {
    const resolved = await resolveQuery(catalog(), sql, {}, context)
    const leaves = Object.values(resolved.query.from).flatMap((relation) => leavesOf(relation))
    return leaves.filter(({ root }) => root.endsWith('/events')).flatMap(({ files }) => files).length
  }
  expect(await opened('SELECT * FROM daily')).toBe(6)
  expect(await opened("SELECT * FROM daily WHERE day = '2024-01-02'")).toBe(2)
  expect(await opened("SELECT * FROM daily WHERE day < '2024-01-03'")).toBe(4)
  expect(await opened('SELECT * FROM daily WHERE day IS NULL OR total > 3')).toBe(6)
  expect(await opened("SELECT * FROM daily WHERE day > '2024-02-01'")).toBe(0)
  expect(await opened('SELECT * FROM late')).toBe(4)
})

test('of a model that is stale as a whole only the time that is asked for is computed', async () => {
  const { catalog, arrive, lake } = await ground()
  for (const day of ['01', '02', '03']) await arrive(`2024-01-${day} 10:00:00`, 1)
  const sql = "SELECT day FROM daily WHERE day >= DATE '2024-01-02' AND day < '2024-01-03'"
  const { query: asked } = await resolveQuery(catalog(), sql, {}, context)
  expect(
    Object.values(asked.from)
      .flatMap((each) => leavesOf(each))
      .map(({ files }) => files.length),
  ).toEqual([1])
  expect(await rowsOf(catalog(), lake, sql)).toEqual([['2024-01-02']])
})

test('what would read too much is as of its build, and the position says so', async () => {
  const { catalog, arrive, build, lake } = await ground()
  await arrive('2024-01-01 10:00:00', 5)
  const count = async (bytes: number, sql: string) => {
    await using answer = await query(catalog(bytes), lake.engine, sql, {}, context)
    const found: unknown[] = []
    for await (const rows of answer.batches) found.push(...rows.flat())
    return [found, Object.keys(answer.position.behind)]
  }
  // a model that was never built has nothing to be as of
  expect(await count(1, 'SELECT total FROM daily')).toEqual([[5n], []])
  await build()
  await arrive('2024-01-01 11:00:00', 2)
  expect(await count(1_000_000, 'SELECT total FROM daily')).toEqual([[7n], []])
  expect(await count(1, 'SELECT total FROM daily')).toEqual([[5n], ['daily']])
  expect(await count(1, 'SELECT total FROM best')).toEqual([[5n], ['daily']])
  expect(await count(1, "SELECT total FROM daily WHERE day > '2024-01-01'")).toEqual([[], []])
  const { position } = await resolveQuery(catalog(1), 'SELECT * FROM daily', {}, context)
  expect(position.behind['daily']).toEqual({ asOfMs: context.now(), bytes: expect.any(Number) })
})

test('of the past, models are as they were committed, and views as what they read was', async () => {
  const { catalog, arrive, build, lake } = await ground()
  await arrive('2024-01-01 10:00:00', 5)
  await build()
  await arrive('2024-01-01 11:00:00', 2)
  await build()
  await arrive('2024-01-01 12:00:00', 1)
  const at = (versions: Record<string, number>) => ({ at: { versions } })
  expect(await rowsOf(catalog(), lake, 'SELECT total FROM best', at({ daily: 0 }))).toEqual([[5n]])
  expect(await rowsOf(catalog(), lake, 'SELECT total FROM daily', at({ events: 1 }))).toEqual([[7n]])
  expect(await rowsOf(catalog(), lake, 'SELECT total FROM daily')).toEqual([[8n]])
})

test('models are frozen before what they read', async () => {
  const { catalog, arrive, build } = await ground()
  await arrive('2024-01-01 10:00:00', 5)
  await build()
  const own = catalog()
  const frozen = freeze()
  await own.freeze?.(['events', 'best'], frozen, context)
  await arrive('2024-01-01 11:00:00', 2)
  await build()
  // daily is that of before; events, which nobody has asked for yet, may be newer
  const { versions } = await own.resolve('best', frozen, [], context)
  expect(versions).toEqual({ daily: 0, events: 2 })
})
