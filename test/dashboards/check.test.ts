import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectFolder } from '../cli/project-folder.ts'
import { millrace } from '../cli/terminal.ts'

const good = `title: Shop
filters:
  period: { type: period, column: at }
  type: { type: list, column: type, multiple: true }
tabs:
  - title: General
    tiles:
      - { id: all, title: All, chart: number, value: n, sql: SELECT count(*) AS n FROM events WHERE $period AND $type }
      - { id: prices, title: Prices, chart: bar, x: type, y: [price], sql: "SELECT type, avg(price) AS price FROM events WHERE $period GROUP BY type" }
`

async function told(text: string) {
  const dir = await projectFolder()
  mkdirSync(join(dir, 'dashboards'))
  writeFileSync(join(dir, 'dashboards/shop.yaml'), text)
  const doctor = await millrace(['doctor', '--json', '--project', dir])
  const check = await millrace(['check', '--project', dir])
  const lines = doctor.stdout.split('\n').filter((line) => line.includes('dashboard shop'))
  return { lines: lines.map((line) => JSON.parse(line)), check }
}

test('a dashboard that is right is found so, before anything is loaded', async () => {
  const { lines, check } = await told(good)
  expect(lines).toMatchObject([{ status: 'good', finding: '2 tiles' }])
  expect(check.status).toBe(0)
})

test('what is wrong with it is told with its place, by doctor and by check', async () => {
  const wrong = good
    .replace('value: n,', 'value: m,')
    .replace('y: [price], sql: "SELECT type', 'y: [type], sql: "SELECT tpye AS type')
  const { lines, check } = await told(wrong)
  expect(lines.map(({ status, finding }) => [status, finding])).toEqual([
    ['bad', 'dashboards/shop.yaml:8:47: there is no column of the SELECT `m` (DASHBOARD_UNKNOWN_NAME)'],
    ['bad', 'dashboards/shop.yaml:9:83: there is no column `tpye` (DASHBOARD_SQL_INVALID)'],
  ])
  expect(check.status).toBe(1)
  expect(check.stderr).toContain('dashboards/shop.yaml:8:47')
})

test('a channel of numbers takes no texts', async () => {
  const { lines } = await told(good.replace('y: [price], sql', 'y: [type], sql'))
  expect(lines[0]?.finding).toBe(
    'dashboards/shop.yaml:9:59: `y` takes a column of numbers, and `type` is varchar (DASHBOARD_COLUMN_UNFIT)',
  )
})
