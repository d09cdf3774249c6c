import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeShopFile } from '../../src/project/shop-data.ts'
import { context } from '../cli/project-folder.ts'
import { startProcess } from '../server/started.ts'
import { exampleProject, succeed } from './example.ts'

test('what is replayed into a running shop is in its marts with every event, beside what was loaded', async () => {
  const dir = await exampleProject('shop')
  const [before, live] = [join(dir, 'before.csv.gz'), join(dir, 'live.csv.gz')]
  await writeShopFile(before, { rows: 2_000, seed: 1, endMs: Date.now() - 86_400_000, days: 2 }, context)
  await writeShopFile(live, { rows: 1_500, seed: 2, endMs: Date.now(), days: 1 }, context)
  await succeed(dir, 'load', 'events', before)
  await succeed(dir, 'build')
  const server = await startProcess(dir)
  const marts = ['operations', 'operations_by_minute', 'department_brand', 'department_product']
  const counts = marts.map((mart, at) => `(SELECT ${at === 0 ? 'count(*)' : 'sum(operations)'} FROM ${mart})`)
  const asked = `SELECT ${counts.join(', ')}`
  expect(await server.ask(asked)).toEqual([[2_000, 2_000, 2_000, 2_000]])
  const replaying = succeed(dir, 'replay', live, '--into', 'events', '--rate', '2000', '--url', server.url)
  let over = false
  const sent = replaying.finally(() => {
    over = true
  })
  const seen: number[] = []
  while (!over) {
    const [row = []] = await server.ask(asked)
    // one moment, whichever mart is asked
    expect(new Set(row).size).toBe(1)
    seen.push(Number(row[0]))
  }
  expect(JSON.parse(await sent)).toEqual({ sent: 1_500, accepted: 1_500, duplicates: 0, rejected: 0 })
  expect(seen).toEqual(seen.toSorted((a, b) => a - b))
  expect(await server.ask(asked)).toEqual([[3_500, 3_500, 3_500, 3_500]])
  // both came to the same revenue
  const revenue = 'SELECT sum(revenue) FROM operations'
  const [[streamed] = []] = await server.ask(revenue)
  expect([[streamed]]).toEqual(await server.ask('SELECT sum(revenue) FROM department_product'))
})
