import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { commonName, groupName } from '../../../src/project/infer/common-name.ts'
import { exactGlob } from '../../../src/project/infer/exact-glob.ts'
import { tempFolder } from '../../temp-folder.ts'

/** The glob for some of the files of a folder in which all of them lie; the project is the folder `project` there. */
async function globOf(files: readonly string[], others: readonly string[] = [], project = 'project') {
  const dir = await tempFolder()
  for (const file of [...files, ...others]) {
    mkdirSync(dirname(join(dir, file)), { recursive: true })
    writeFileSync(join(dir, file), '')
  }
  const paths = files.map((file) => join(dir, file))
  const glob = await exactGlob(paths, join(dir, project))
  return glob === undefined ? undefined : relative(dir, glob)
}

test.each([
  ['in/*.csv', ['in/a.csv', 'in/b.csv'], []],
  ['in/orders_*.csv', ['in/orders_2024.csv', 'in/orders_2025.csv'], ['in/customers.csv']],
  ['in/orders*.csv', ['in/orders.csv', 'in/orders2.csv'], []],
  ['logs/**/*-events.json', ['logs/2018/11/2018-11-01-events.json', 'logs/2018/11/2018-11-02-events.json'], []],
  [
    'logs/2018/11/*-events.json',
    ['logs/2018/11/1-events.json', 'logs/2018/11/2-events.json'],
    ['logs/2019/01/1-events.json'],
  ],
  ['songs/**/*.json', ['songs/A/B/TRX.json', 'songs/A/C/TRY.json', 'songs/A/TRZ.json'], ['songs/A/readme.txt']],
  ['{a,b}/**/*.csv', ['a/1.csv', 'b/2.csv'], ['c/3.csv']],
  ['in/sales-*{.csv,.csv.gz}', ['in/sales-1.csv', 'in/sales-2.csv.gz'], ['in/sales-3.json']],
  ['in/days/**/x.csv', ['in/days/day=2026-01-05/x.csv', 'in/days/day=2026-01-06/x.csv'], []],
])('%s names exactly its files', async (glob, files, others) => {
  expect(await globOf(files, others)).toBe(glob)
})

test.each([
  [['in/a.csv', 'in/b.csv'], ['in/c.csv']],
  [['in[1]/a.csv', 'in[1]/b.csv'], []],
  [['in/a', 'in/b'], []],
  [['in/.a.csv', 'in/b.csv'], []],
])('where no glob names just %j, there is none', async (files, others) => {
  expect(await globOf(files, others)).toBeUndefined()
})

test('no glob reaches into the lake of the project', async () => {
  expect(await globOf(['a.parquet', 'lake/t/b.parquet'], [], '.')).toBeUndefined()
  expect(await globOf(['a/1.parquet', 'b/2.parquet'], [], '.')).toBe('{a,b}/**/*.parquet')
  expect(await globOf(['project/1.parquet', 'b/2.parquet'])).toBeUndefined()
})

test('what names share is whole words without numbers', () => {
  expect(commonName(['orders_2024', 'orders_2025'])).toEqual({ prefix: 'orders_', tail: '' })
  expect(commonName(['TRAAB1', 'TRAAX2'])).toEqual({ prefix: '', tail: '' })
  expect(commonName(['web-orders', 'shop-orders'])).toEqual({ prefix: '', tail: '-orders' })
  expect(commonName(['a-a', 'a-a-a'])).toEqual({ prefix: 'a-a', tail: '' })
})

test.each([
  ['orders', ['/in/orders_2024.csv', '/in/orders_2025.csv']],
  ['log_data', ['/in/log_data/2018/11/2018-11-01-events.json', '/in/log_data/2018/11/2018-11-02-events.json']],
  ['song_data', ['/in/song_data/A/A/TRA.json', '/in/song_data/A/B/TRB.json']],
  ['events', ['/data/2018-11-01-events.json', '/data/2018-11-02-events.json']],
  ['visits', ['/web/1-visits.csv', '/web/2-visits.csv']],
  ['web', ['/web/1-visits.csv', '/web/old/2-visits.csv']],
  ['sales', ['/sales/part-0001.parquet', '/sales/part-0002.parquet']],
  ['data', ['/data/1.csv', '/data/2.csv']],
  ['2019-Nov_10KSample', ['/data/2019-Nov_10KSample.csv']],
])('%s is what its files are called together', (name, paths) => {
  expect(groupName(paths)).toBe(name)
})
