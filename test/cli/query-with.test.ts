import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { makeOrders, projectFolder } from './project-folder.ts'
import { json, millrace } from './terminal.ts'

test('--with adds files and tables from elsewhere, typed as their rows show', async () => {
  const [dir, other] = [await projectFolder(), await projectFolder()]
  await makeOrders(other)
  const file = (name: string) => join(other, name)
  writeFileSync(file('cities.csv'), 'city;people\nTijuana;1922523\n東京;13960236\n')
  writeFileSync(file('more.ndjson.gz'), gzipSync('{"id":1,"big":9007199254740993}\n{"id":2}\n'))
  const query = (sql: string, ...more: string[]) => millrace(['query', sql, ...more, '--project', dir])
  const parquet = await query('SELECT 1 AS id, 2.50 AS price', '-o', file('p.parquet'))
  expect(parquet.status).toBe(0)
  const sql = `SELECT o.id, c.people, m.big, p.price FROM o JOIN c USING (city) JOIN m USING (id) LEFT JOIN p USING (id)
    ORDER BY o.id`
  const paths = { o: 'lake/orders', c: 'cities.csv', m: 'more.ndjson.gz', p: 'p.parquet' }
  const more = Object.entries(paths).flatMap(([name, path]) => ['--with', `${name}=${file(path)}`])
  const { stdout, stderr } = await query(sql, ...more)
  expect(stderr).toBe('')
  expect(stdout).toBe(
    '{"id":1,"people":1922523,"big":9007199254740993,"price":2.50}\n{"id":2,"people":13960236,"big":null,"price":null}\n',
  )
})

test('a path that is not there, a folder without a table, a word without a name', async () => {
  const dir = await projectFolder()
  const codes = ['x=/nothere.csv', `x=${dir}`, 'nothere.csv'].map(async (word) => {
    const { stderr } = await millrace(['query', 'SELECT 1', '--with', word, '--project', dir])
    return (json(stderr)[0] as { code: string }).code
  })
  expect(await Promise.all(codes)).toEqual(['FILE_NOT_FOUND', 'FILE_UNREADABLE', 'USAGE'])
})

test('keys of JSON may have any name', async () => {
  const dir = await projectFolder()
  const keys = ['say "hi"', 'a.b', 'a/b', '~', "it's", '$', 'with space', 'select']
  const file = join(dir, 'odd.ndjson')
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(keys.map((key, at) => [key, at])))}\n`)
  const { stdout } = await millrace(['query', 'FROM odd', '--with', `odd=${file}`, '--project', dir])
  expect(Object.values(json(stdout)[0] ?? {})).toEqual(keys.map((_, at) => at))
})

test('numbers since 1970 are times, by the name of their column', async () => {
  const dir = await projectFolder()
  const file = join(dir, 'seen.csv')
  writeFileSync(file, 'created_at,ts,user_id\n1700000000,1700000000123.5,1700000000\n,1700000001000,1700000001\n')
  const sql = 'SELECT created_at, ts, user_id FROM s ORDER BY user_id'
  const { stdout, stderr } = await millrace(['query', sql, '--with', `s=${file}`, '--project', dir])
  expect(stderr).toBe('')
  expect(json(stdout)).toEqual([
    { created_at: '2023-11-14T22:13:20Z', ts: '2023-11-14T22:13:20.123500Z', user_id: 1_700_000_000 },
    { created_at: null, ts: '2023-11-14T22:13:21Z', user_id: 1_700_000_001 },
  ])
  const parquet = join(dir, 'seen.parquet')
  const numbers = 'SELECT 1700000000 AS "seen at", 1700000000 AS user_id, 0 AS ts'
  await millrace(['query', numbers, '-o', parquet, '--project', dir])
  const typed = await millrace(['query', 'FROM p', '--with', `p=${parquet}`, '--project', dir])
  expect(json(typed.stdout)).toEqual([{ 'seen at': '2023-11-14T22:13:20Z', user_id: 1_700_000_000, ts: 0 }])
})

test('a number that is no time of 2001 to 2099 is no time of 1970 in a column of such times: the query says which', async () => {
  const dir = await projectFolder()
  const times = Array.from({ length: 30_000 }, (_, at) => 1_700_000_000 + at)
  writeFileSync(join(dir, 'odd.csv'), `created_at\n${times.join('\n')}\n0\n`)
  writeFileSync(join(dir, 'odd.ndjson'), [...times, 5e9].map((at) => `{"created_at":${at}}\n`).join(''))
  const odd = { 'odd.csv': '0', 'odd.ndjson': '5000000000' }
  for (const [file, value] of Object.entries(odd)) {
    const sql = 'SELECT min(created_at), max(created_at) FROM s'
    const { status, stderr } = await millrace(['query', sql, '--with', `s=${join(dir, file)}`, '--project', dir])
    expect(status).toBe(1)
    expect(json(stderr)[0]).toMatchObject({
      code: 'QUERY_FAILED',
      message: `Could not read '${value}' of created_at as a time of 2001 to 2099 (epoch_s)`,
    })
  }
})
