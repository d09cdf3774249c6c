import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { build } from '../../src/models/build.ts'
import { readModels } from '../../src/models/complete.ts'
import { planBuild } from '../../src/models/plan.ts'
import { modelGround } from '../../src/project/models.ts'
import { openProject } from '../../src/project/open.ts'
import { freeze } from '../../src/query/frozen.ts'
import { context, makeOrders, projectFolder } from './project-folder.ts'
import { json, millrace } from './terminal.ts'

async function asked() {
  const dir = await projectFolder()
  await makeOrders(dir)
  return {
    dir,
    query: (sql: string, ...more: string[]) => millrace(['query', sql, ...more, '--project', dir]),
    shown: (sql: string, ...more: string[]) => millrace(['query', sql, ...more, '--project', dir], { columns: 80 }),
  }
}

test('a SELECT is answered: NDJSON in a pipe, a table on a terminal', async () => {
  const { query, shown } = await asked()
  const sql = 'SELECT id, city FROM orders WHERE id < 3 ORDER BY id'
  expect(json((await query(sql)).stdout)).toEqual([
    { id: 1, city: 'Tijuana' },
    { id: 2, city: '東京' },
  ])
  expect(stripVTControlCharacters((await shown(sql)).stdout)).toBe(
    'id  city\n──  ───────\n 1  Tijuana\n 2  東京\n(2 rows)\n',
  )
})

test('--at reads a version, and what is declared and not loaded has no rows', async () => {
  const { query } = await asked()
  const sql = 'SELECT count(*) AS n FROM orders'
  expect(json((await query(sql)).stdout)).toEqual([{ n: 4 }])
  expect(json((await query(sql, '--at', 'orders=1')).stdout)).toEqual([{ n: 3 }])
  expect(json((await query('SELECT count(*) AS n FROM customers')).stdout)).toEqual([{ n: 0 }])
})

test('-o writes a file whose ending tells the format, and leaves nothing else behind', async () => {
  const { dir, query } = await asked()
  const sql = 'SELECT id, city FROM orders ORDER BY id'
  for (const ending of ['csv', 'json', 'ndjson', 'parquet']) {
    const file = join(dir, `out.${ending}`)
    expect(json((await query(sql, '-o', file)).stdout)).toEqual([{ file, rows: 4 }])
    expect(existsSync(file)).toBe(true)
  }
  expect(readFileSync(join(dir, 'out.csv'), 'utf8')).toBe('id,city\r\n1,Tijuana\r\n2,東京\r\n3,\r\n4,Nogales\r\n')
  expect(JSON.parse(readFileSync(join(dir, 'out.json'), 'utf8'))).toHaveLength(4)
  expect(readdirSync(dir).filter((name) => name.startsWith('.out') || name.endsWith('.part'))).toEqual([])
})

test('-o takes --limit, keeps a symbolic link, and never takes away what is no file', async () => {
  const { dir, query } = await asked()
  const sql = 'SELECT i FROM range(10) AS t(i) ORDER BY i DESC'
  for (const ending of ['csv', 'parquet']) {
    const [file, link] = [join(dir, `few.${ending}`), join(dir, `link.${ending}`)]
    writeFileSync(file, 'old')
    writeFileSync(`${file}.part`, 'of the user')
    symlinkSync(file, link)
    expect(json((await query(sql, '-o', link, '--limit', '3')).stdout)).toEqual([{ file: link, rows: 3 }])
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(readFileSync(`${file}.part`, 'utf8')).toBe('of the user')
    const kept = await query('SELECT count(*) AS n, min(i) AS least FROM few', '--with', `few=${file}`)
    expect(json(kept.stdout)).toEqual([{ n: 3, least: 7 }])
  }
  for (const [format, path, code] of [
    ['csv', dir, 'USAGE'],
    ['parquet', dir, 'USAGE'],
    ['csv', '/dev/null', 'USAGE'],
    ['json', join(dir, 'few.csv/x'), 'PATH_INVALID'],
    ['parquet', join(dir, 'few.csv/x'), 'PATH_INVALID'],
  ] as const) {
    const { status, stderr } = await query(sql, '--format', format, '-o', path)
    expect([status, json(stderr)[0]?.['code']]).toEqual([2, code])
  }
  expect(existsSync(dir)).toBe(true)
})

test('a table is cut at its limit, and says so', async () => {
  const { query, shown } = await asked()
  const { stdout, stderr } = await shown('SELECT * FROM range(5000)')
  expect(stdout.trimEnd().split('\n').length).toBe(1003)
  expect(stripVTControlCharacters(stderr)).toContain('only the first 1,000 rows are shown')
  expect(json((await query('SELECT * FROM range(5000)')).stdout)).toHaveLength(5000)
  expect(json((await query('SELECT * FROM range(5000)', '--limit', '7')).stdout)).toHaveLength(7)
})

test.each([
  ['SELECT * FROM odrers', [], 2, 'SQL_INVALID', /`orders`/],
  ['SELECT *\nFORM orders', [], 2, 'SQL_INVALID', /./],
  ['DROP TABLE orders', [], 1, 'SQL_NOT_ALLOWED', /./],
  ["SELECT * FROM read_text('/etc/passwd')", [], 1, 'SQL_NOT_ALLOWED', /./],
  ['SELECT 1', ['--at', 'never'], 2, 'READ_POINT_INVALID', /./],
  ['SELECT 1', ['--at', 'odrers=1'], 1, 'NAME_UNKNOWN', /`orders`/],
  ['SELECT 1', ['--format', 'parquet'], 2, 'USAGE', /-o/],
  ['SELECT 1', ['--format', 'xml'], 2, 'USAGE', /./],
] as const)('%s %j is refused', async (sql, more, status, code, hint) => {
  const { query } = await asked()
  const { status: ended, stderr } = await query(sql, ...more)
  expect([ended, JSON.parse(stderr).code]).toEqual([status, code])
  expect(JSON.parse(stderr).hint).toMatch(hint)
})

test('a model is read under its name, and past what may be read on the spot the answer says as of when it is', async () => {
  const { dir, query } = await asked()
  mkdirSync(join(dir, 'models'))
  const model = '/*\nkind: merge\nkey: [name]\n*/\nSELECT name, count(*) AS n FROM customers GROUP BY name\n'
  writeFileSync(join(dir, 'models', 'names.sql'), model)
  const load = async (...rows: readonly string[]) => {
    const file = join(dir, `c${rows.length}.csv`)
    writeFileSync(file, ['id,name', ...rows, ''].join('\n'))
    expect((await millrace(['load', 'customers', file, '--project', dir])).status).toBe(0)
  }
  const sql = 'SELECT sum(n) AS n FROM names'
  await load('1,ana')
  expect(json((await query(sql, '--on-the-spot', '0')).stdout)).toEqual([{ n: 1 }])
  {
    await using project = await openProject(dir, { access: 'write', command: 'test' })
    const site = readModels({ ...(await modelGround(project, context)), frozen: freeze() })
    await build(site, await planBuild(site, {}, context), context)
  }
  await load('2,ana', '3,eva')
  expect(json((await query(sql)).stdout)).toEqual([{ n: 3 }])
  const late = await query(sql, '--on-the-spot', '0')
  expect(json(late.stdout)).toEqual([{ n: 1 }])
  expect(late.stderr).toMatch(/`names` is as of 20.*Z: .* would read .*B; `millrace build --select names`/)
  const file = join(dir, 'late.parquet')
  expect((await query(sql, '--on-the-spot', '0', '-o', file)).stderr).toContain('`names` is as of')
})
