import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dashboardAnswer, type TileAnswer, tabAnswer } from '../../src/api/dashboards.ts'
import { writeShopFile } from '../../src/project/shop-data.ts'
import { context } from '../cli/project-folder.ts'
import { startProcess } from '../server/started.ts'
import { exampleProject, succeed } from './example.ts'

test('every tile of the shop’s dashboard is answered, and its numbers add up', async () => {
  const dir = await exampleProject('shop')
  const file = join(dir, 'before.csv.gz')
  await writeShopFile(file, { rows: 3_000, seed: 1, endMs: Date.now(), days: 1 }, context)
  await succeed(dir, 'load', 'events', file)
  await succeed(dir, 'build')
  const server = await startProcess(dir)
  const dashboard = dashboardAnswer.parse(await (await fetch(`${server.url}/v1/dashboards/shop`)).json())
  expect(dashboard.fault).toBeNull()
  expect(dashboard.tabs.map(({ title }) => title)).toEqual([
    'General',
    'Revenue',
    'Purchases',
    'Views',
    'Additions to carts',
  ])
  const answered = new Map<string, TileAnswer>()
  for (const { id } of dashboard.tabs) {
    const init = { method: 'POST', body: JSON.stringify({ filters: { period: 'all time' } }) }
    const answer = await (await fetch(`${server.url}/v1/dashboards/shop/tabs/${id}`, init)).json()
    for (const [tile, rows] of Object.entries(tabAnswer.parse(answer).tiles)) {
      expect(rows, tile).not.toHaveProperty('error')
      answered.set(tile, rows as TileAnswer)
    }
  }
  const number = (tile: string) => Number(answered.get(tile)?.rows[0]?.[0])
  expect(number('operations')).toBe(3_000)
  expect(number('views') + number('carts') + number('purchases')).toBe(3_000)
  const sum = (tile: string, at: number) =>
    (answered.get(tile)?.rows ?? []).reduce((total, row) => total + Math.round(Number(row[at]) * 100), 0)
  expect(sum('departments', 2)).toBe(Math.round(number('revenue') * 100))
  expect(sum('by_minute', 2)).toBe(300_000)
})
