import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import type { Context } from '../../src/core/context.ts'
import { planInferredProject } from '../../src/project/infer-project.ts'
import { loadSource, planSources } from '../../src/project/loading.ts'
import { openProject } from '../../src/project/open.ts'
import { createProject } from '../../src/project/template.ts'
import { engine as openEngine } from '../engines/harness.ts'
import { tempFolder } from '../temp-folder.ts'

const context: Context = { signal: new AbortController().signal, emit: () => undefined, now: Date.now }
const data = join(import.meta.dirname, '../../../shared/data')

/** The project that is made from files, and what it loads of them: rows stored and rejected by table. */
async function made(given: (dir: string) => readonly string[], files: Readonly<Record<string, string>> = {}) {
  const dir = await tempFolder()
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, file)), { recursive: true })
    writeFileSync(join(dir, file), text)
  }
  const project = await planInferredProject(join(dir, 'project'), given(dir), context)
  await createProject(project)
  return { ...project, config: project.files['millrace.config.ts'] as string }
}

async function load(dir: string): Promise<Record<string, readonly [stored: number, rejected: number]>> {
  await using project = await openProject(dir, { access: 'write', command: 'test' })
  const counts: Record<string, readonly [number, number]> = {}
  for (const plan of await planSources(project, { maxRejects: 1 }, context))
    for (const outcome of await loadSource(project, plan, context)) {
      if (outcome.outcome !== 'loaded') continue
      const [stored, rejected] = counts[plan.source.table] ?? [0, 0]
      const { delivery } = outcome
      const refused = delivery.rejected + delivery.counts.rejected
      counts[plan.source.table] = [stored + delivery.stored, rejected + refused]
    }
  return counts
}

test('files of the same columns are one table, typed so that every row of each loads', async () => {
  const project = await made((dir) => [join(dir, 'in/*.csv')], {
    'in/orders_1.csv': 'id,price,at,note\n1,5,01/02/2026,\n',
    'in/orders_2.csv': 'ID,at,price,note\n2,30/12/2026,7.25,late\n',
    'in/orders_3.csv': 'id,price,at,note\n3,NULL,,\n',
    'in/customers.csv': 'id,name\nx7,Ann\n',
  })
  expect(project.tables).toMatchObject([
    { name: 'customers', from: '../in/customers.csv', files: 1 },
    { name: 'orders', from: '../in/orders_*.csv', files: 3 },
  ])
  expect(project.config).toContain("price: column('decimal(12,2)', { nulls: ['', 'NULL'] })")
  expect(project.config).toContain("at: column('date', { format: '%d/%m/%Y' })")
  expect(await load(project.dir)).toEqual({ customers: [1, 0], orders: [3, 0] })
})

test('another dialect or another column is another table; a file that is given twice is there once', async () => {
  const project = await made((dir) => ['a.csv', 'b.csv', 'c.csv', '../in/a.csv'].map((file) => join(dir, 'in', file)), {
    'in/a.csv': 'id,name\n1,Ann\n',
    'in/b.csv': 'id;name\n2;Bo\n',
    'in/c.csv': 'id,name,city\n3,Cy,Rome\n',
  })
  expect(project.tables.map(({ name, files }) => [name, files])).toEqual([
    ['a', 1],
    ['b', 1],
    ['c', 1],
  ])
})

test('where other files lie between them, the files are listed', async () => {
  const project = await made((dir) => [join(dir, 'in/a.csv'), join(dir, "in/b's.csv")], {
    'in/a.csv': 'id,name\n1,Ann\n',
    "in/b's.csv": 'id,name\n2,Bo\n',
    'in/c.csv': 'id,name\n3,Cy\n',
  })
  expect(project.tables).toMatchObject([{ name: 't_in', from: ['../in/a.csv', "../in/b's.csv"], files: 2 }])
  expect(await load(project.dir)).toEqual({ t_in: [2, 0] })
})

test('files without a header are put together where most of their fields hold the same kind of values', async () => {
  const project = await made((dir) => [join(dir, 'in/**/*.csv')], {
    'in/days/1.csv': '1,2026-01-05,9.90,12\n',
    'in/days/2.csv': '2,2026-01-06,7,x1\n',
    'in/names/1.csv': '1,Ann Lee,7 Oak St,12\n',
  })
  expect(project.tables).toMatchObject([
    { name: 'days', from: '../in/days/*.csv', files: 2 },
    { name: 't_1', from: '../in/names/1.csv', files: 1 },
  ])
  expect(await load(project.dir)).toEqual({ days: [2, 0], t_1: [1, 0] })
})

test('an empty file goes with its neighbours; alone it is refused', async () => {
  const files = { 'in/1.json': '', 'in/2.json': '{"a":1}', 'in/3.csv': '' }
  const project = await made((dir) => [join(dir, 'in/*.json')], files)
  expect(project.tables).toMatchObject([{ name: 't_in', from: '../in/*.json', files: 2 }])
  expect(await load(project.dir)).toEqual({ t_in: [1, 0] })
  await expect(made((dir) => [join(dir, 'in/3.csv')], files)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
})

test('Parquet files whose types differ get a type that has every value of them', async () => {
  const dir = await tempFolder()
  const rows = [
    "SELECT 1::INTEGER AS id, 1.5::DECIMAL(6,2) AS price, 'a' AS code, [1] AS tags, DATE '2026-01-05' AS \"sold on\"",
    "SELECT 5000000000 AS id, 123456.125::DECIMAL(12,3) AS price, 7 AS code, ['x'], DATE '2026-01-06'",
  ].map((sql, at) => (at === 0 ? sql : `SELECT * FROM (${sql}) AS t(id, price, code, tags, "sold on")`))
  const engine = await openEngine()
  const paths: string[] = []
  for (const [at, sql] of rows.entries()) {
    const target = { root: join(dir, String(at)), partitionBy: [], fileBytes: 1e9 }
    const { files } = await engine.write({ sql, from: {} }, target, context)
    paths.push(join(dir, `sales_${at}.parquet`))
    copyFileSync(join(target.root, files[0]?.path ?? ''), paths[at] as string)
  }
  const project = await planInferredProject(join(dir, 'project'), paths, context)
  await createProject(project)
  expect(project.tables).toMatchObject([{ name: 'sales', from: '../sales_*.parquet', files: 2 }])
  const { 'millrace.config.ts': config } = project.files
  for (const column of [
    "id: 'bigint'",
    "price: 'decimal(12,3)'",
    "code: 'varchar'",
    "tags: 'json'",
    "sold_on: column('date'",
  ])
    expect(config).toContain(column)
  expect(await load(project.dir)).toEqual({ sales: [2, 0] })
})

test('a number that is no time of its column, beyond what was looked at, is a reject and not a time of 1970', async () => {
  const odd = [' 1700000000 ', '', '0', '-1', '999', '1700000000123', '4102444800']
  const text = [...Array.from({ length: 12_000 }, (_, at) => String(1_700_000_000 + at)), ...odd]
  const rows = text.map((ts, at) => `${at},${ts}\n`).join('')
  const project = await made((dir) => [join(dir, 'log.csv')], { 'log.csv': `n,ts\n${rows}` })
  expect(project.config).toContain("        ts: column('timestamptz', { format: 'epoch_s' }), // seconds since 1970;")
  expect(project.config).toContain(`      rules: {
        ts_is_a_time: 'year("ts") BETWEEN 2001 AND 2099',
      },
      from: `)
  expect(await load(project.dir)).toEqual({ log: [12_002, 5] })
})

test('whole numbers of Parquet files that are times by name and bounds are loaded as times', async () => {
  const dir = await tempFolder()
  const engine = await openEngine()
  const paths: string[] = []
  const from = 'range(3) t(i)'
  for (const [at, first] of [1_700_000_000_000, 1_800_000_000_000].entries()) {
    const sql = `SELECT ${first} + i AS ts, i::INTEGER + 1700000000 AS "seen at", ${first} * (i - 1) AS created, i AS n FROM ${from}`
    const target = { root: join(dir, String(at)), partitionBy: [], fileBytes: 1e9 }
    const { files } = await engine.write({ sql, from: {} }, target, context)
    paths.push(join(dir, `log_${at}.parquet`))
    copyFileSync(join(target.root, files[0]?.path ?? ''), paths[at] as string)
  }
  const project = await planInferredProject(join(dir, 'project'), paths, context)
  await createProject(project)
  const why = (unit: string, first: string) =>
    `${unit} since 1970, as its name and values say: the first is ${first} UTC; what is not of 2001 to 2099 is refused`
  expect(project.tables[0]?.columns).toMatchObject([
    { name: 'ts', format: 'epoch_ms', example: '1700000000000', why: why('milliseconds', '2023-11-14 22:13:20') },
    { name: 'seen_at', from: 'seen at', format: 'epoch_s', why: why('seconds', '2023-11-14 22:13:20') },
    { name: 'created', type: 'bigint', why: 'the file says so' },
    { name: 'n', type: 'bigint', why: 'the file says so' },
  ])
  expect(await load(project.dir)).toEqual({ log: [6, 0] })
})

test.skipIf(!existsSync(join(data, 'sparkify')))(
  'the logs and songs of ../shared/data/sparkify become two tables, and every row loads',
  async () => {
    const project = await made(() => [
      join(data, 'sparkify/log_data/**/*.json'),
      join(data, 'sparkify/song_data/**/*.json'),
    ])
    expect(project.tables).toMatchObject([
      { name: 'log_data', from: expect.stringMatching(/sparkify\/log_data\/\*\*\/\*-events\.json$/), files: 30 },
      { name: 'song_data', from: expect.stringMatching(/sparkify\/song_data\/\*\*\/\*\.json$/), files: 71 },
    ])
    const times = project.tables[0]?.columns.filter(({ type }) => type === 'timestamptz')
    expect(times).toMatchObject([
      { name: 'ts', format: 'epoch_ms', why: expect.stringMatching(/^milliseconds since 1970/) },
    ])
    expect(await load(project.dir)).toEqual({ log_data: [8056, 0], song_data: [71, 0] })
  },
)
