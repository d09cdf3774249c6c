import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exampleProject, realData } from '../examples/example.ts'
import { type Started, startProcess } from '../server/started.ts'
import { json, millrace } from './terminal.ts'

const header = 'event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session\n'
const line = (n: number, type = 'view') =>
  `2026-11-20 08:00:${String(n % 60).padStart(2, '0')} UTC,${type},${n},205,"furniture.bedroom.bed","",${n}.50,7,s-${n}\n`

const send = async (dir: string, server: Started, ...words: readonly string[]) => {
  const { status, stdout, stderr } = await millrace(['replay', ...words, '--url', server.url, '--project', dir])
  return { status, stderr, counts: json(stdout)[0] }
}

test('a replay tells what became of its rows, and the same one again gives duplicates alone', async () => {
  const dir = await exampleProject('shop')
  const server = await startProcess(dir)
  const file = join(dir, 'day.csv')
  const lines = Array.from({ length: 1200 }, (_, n) => line(n))
  writeFileSync(file, `${header}${lines.join('')}2026-11-20 08:00:00 UTC,view\n${line(3)}${line(3)}`)
  const first = await send(dir, server, file, '--into', 'events')
  // rows without an id may be equal: all are kept
  expect(first.counts).toEqual({ sent: 1203, accepted: 1202, duplicates: 0, rejected: 1 })
  expect(first.stderr).toContain('bad_json')
  const again = await send(dir, server, file, '--into', 'events')
  expect(again.counts).toEqual({ sent: 1203, accepted: 0, duplicates: 1202, rejected: 1 })
  expect(await server.ask('SELECT count(*), count(DISTINCT event_id), count(brand) FROM events')).toEqual([
    [1202, 1202, 0],
  ])
  const marts = 'SELECT sum(operations), count(*) FROM department_product'
  expect(await server.ask(marts)).toEqual([[1202, 1]])
})

test('--now gives new ids and the time of sending, in random pauses', async () => {
  const dir = await exampleProject('shop')
  const server = await startProcess(dir)
  const file = join(dir, 'day.ndjson')
  const id = '0193a2b4-7c1d-7000-8000-000000000000'
  const event = { event_id: id, event_time: '2020-01-01T00:00:00Z', event_type: 'cart', product_id: 1, user_id: 2 }
  writeFileSync(file, `${JSON.stringify({ ...event, note: 'é' })}\n`.repeat(20))
  const began = Date.now()
  const words = [file, '--into', 'events', '--now', '--rate', '200'] as const
  expect((await send(dir, server, ...words)).counts).toMatchObject({ sent: 20, accepted: 20 })
  expect((await send(dir, server, ...words)).counts).toMatchObject({ sent: 20, accepted: 20 })
  const asked = `SELECT count(*), count(DISTINCT event_id), count(*) FILTER (event_id = '${id}'),
    count(DISTINCT event_time) > 2, epoch_ms(min(event_time)) >= ${began}, min(extra ->> 'note') FROM events`
  expect(await server.ask(asked)).toEqual([[40, 40, 0, true, true, 'é']])
})

test('a replay without a server, without a stream, and one that never ends for nothing are told', async () => {
  const dir = await exampleProject('shop')
  const file = join(dir, 'day.csv')
  writeFileSync(file, header + line(1))
  const told = async (...words: string[]) => {
    const { status, stderr } = await millrace(['replay', file, ...words, '--project', dir])
    return [status, json(stderr)[0]?.['code']]
  }
  expect(await told('--into', 'event')).toEqual([1, 'NAME_UNKNOWN'])
  expect(await told('--into', 'events', '--loop')).toEqual([2, 'USAGE'])
  expect(await told('--into', 'events', '--rate', '0')).toEqual([2, 'USAGE'])
})

const sample = realData('ecommerce/2019-Nov_10KSample.csv')

test.skipIf(!sample)('rows as pandas writes them give no reject: other where it has NaN', async () => {
  const dir = await exampleProject('shop')
  const server = await startProcess(dir)
  const [names = '', ...rows] = readFileSync(sample as string, 'utf8')
    .trimEnd()
    .split('\n')
  const keys = names.trim().split(',')
  const asPandas = (row: string) => {
    const texts = row.trim().split(',')
    const members = keys.map((key, at) => `"${key}": ${pandasValue(key, (texts[at] ?? '').replaceAll('"', ''))}`)
    return `{${members.join(', ')}}\n`
  }
  const file = join(dir, 'rows.ndjson')
  writeFileSync(file, rows.map(asPandas).join(''))
  expect(readFileSync(file, 'utf8')).toContain('"brand": NaN')
  const { counts } = await send(dir, server, file, '--into', 'events')
  expect(counts).toEqual({ sent: 10034, accepted: 10034, duplicates: 0, rejected: 0 })
  const asked = `SELECT count(*), count(*) FILTER (department = 'other'), count(*) FILTER (brand = 'other') FROM operations`
  expect(await server.ask(asked)).toEqual([[10034, 3258, 1347]])
})

/** As `json.dumps` writes a value of a data frame that `read_csv` has made. */
function pandasValue(key: string, text: string): string {
  if (text === '') return 'NaN'
  return ['product_id', 'category_id', 'price', 'user_id'].includes(key) ? text : JSON.stringify(text)
}
