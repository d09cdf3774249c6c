import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { tempFolder } from '../temp-folder.ts'
import { json, millrace } from './terminal.ts'

test('init --from makes a project that loads every row of the files it was made from', async () => {
  const dir = await tempFolder()
  const orders = join(dir, 'Orders 2026.csv')
  const events = join(dir, 'events.ndjson')
  writeFileSync(orders, 'order no;at;paid\n007;2026-01-05 09:00:00;true\n008;2026-01-06 10:00:00;false\n')
  writeFileSync(events, '{"id":1,"tags":["a"]}\n{"id":2,"price":1.5}\n')
  const project = join(dir, 'shop')
  const made = await millrace(['init', project, '--no-load', '--from', orders, events])
  expect(made).toMatchObject({ status: 0, stderr: '' })
  const config = readFileSync(join(project, 'millrace.config.ts'), 'utf8')
  expect(config).toContain("from: files('../Orders 2026.csv', { delimiter: ';' })")
  expect(config).toContain("order_no: column('varchar', { from: 'order no' })")
  const loaded = json((await millrace(['load', '--project', project])).stdout)
  expect(loaded.map(({ table, stored, rejected }) => [table, stored, rejected])).toEqual([
    ['orders_2026', 2, 0],
    ['events', 2, 0],
  ])
})

test('files of one shape are one table, and what was put together is shown', async () => {
  const dir = await tempFolder()
  for (const day of [1, 2]) writeFileSync(join(dir, `2026-01-0${day}-visits.csv`), `id,at\n${day},2026-01-0${day}\n`)
  writeFileSync(join(dir, 'names.csv'), 'id,name\n1,Ann\n')
  const given = ['--from', join(dir, '*-visits.csv'), join(dir, 'names.csv')]
  const shown = await millrace(['init', join(dir, 'a'), ...given], { columns: 80 })
  expect(stripVTControlCharacters(shown.stdout)).toContain('visits: 2 files, ../*-visits.csv\n')
  expect(stripVTControlCharacters(shown.stdout)).toContain('names: 1 file, ../names.csv\n')
  expect(json((await millrace(['init', join(dir, 'b'), '--no-load', ...given])).stdout)).toMatchObject([
    {
      tables: [
        { name: 'visits', from: '../*-visits.csv', files: 2 },
        { name: 'names', from: '../names.csv', files: 1 },
      ],
    },
  ])
})

test('files without a header, of Parquet, with tabs', async () => {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'a.tsv'), '1\t2.50\n2\t3.00\n3\t4.10\n')
  await millrace(['init', join(dir, 'a'), '--from', join(dir, 'a.tsv')])
  expect(readFileSync(join(dir, 'a/millrace.config.ts'), 'utf8')).toContain("files('../a.tsv', { header: false })")
  await millrace(['load', '--project', join(dir, 'a')])
  await millrace([
    'query',
    'SELECT column_1, column_2 FROM a',
    '-o',
    join(dir, 'b.parquet'),
    '--project',
    join(dir, 'a'),
  ])
  await millrace(['init', join(dir, 'b'), '--no-load', '--from', join(dir, 'b.parquet')])
  expect(json((await millrace(['load', '--project', join(dir, 'b')])).stdout)).toEqual([
    expect.objectContaining({ table: 'b', stored: 3, rejected: 0 }),
  ])
})

test('a file that is missing or unreadable makes nothing', async () => {
  const dir = await tempFolder()
  const missing = await millrace(['init', join(dir, 'x'), '--from', join(dir, 'no.csv')])
  expect([missing.status, JSON.parse(missing.stderr).code]).toEqual([1, 'FILE_NOT_FOUND'])
  writeFileSync(join(dir, 'bad.parquet'), 'not parquet')
  const bad = await millrace(['init', join(dir, 'x'), '--from', join(dir, 'bad.parquet')])
  expect([bad.status, JSON.parse(bad.stderr).code]).toEqual([1, 'FILE_UNREADABLE'])
  expect(existsSync(join(dir, 'x'))).toBe(false)
})

test('names that SQL or Millrace keeps are not given to tables, and odd headers load as they are', async () => {
  const dir = await tempFolder()
  const texts = { 'select.csv': 'from,to\n1,2\n', 'raw.csv': ',a,a\n0,1,2\n', 'main.csv': 'x\n1\n' }
  for (const [file, text] of Object.entries(texts)) writeFileSync(join(dir, file), text)
  const project = join(dir, 'p')
  await millrace(['init', project, '--no-load', '--from', ...Object.keys(texts).map((file) => join(dir, file))])
  const loaded = json((await millrace(['load', '--project', project])).stdout)
  expect(loaded.map(({ table, stored, note }) => [table, stored, note])).toEqual([
    ['t_select', 1, null],
    ['t_raw', 1, null],
    ['t_main', 1, null],
  ])
  const { stdout } = await millrace(['query', 'SELECT * EXCLUDE (_file) FROM t_raw', '--project', project])
  expect(json(stdout)).toEqual([{ column1: 0, a: 1, a_2: 2, extra: null }])
})
