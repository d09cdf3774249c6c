import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rolesOf, type TableProfile } from '../../src/project/first-board/roles.ts'
import { boardFiles } from '../../src/project/first-board.ts'
import { json, millrace } from '../cli/terminal.ts'
import { tempFolder } from '../temp-folder.ts'

const dayMs = 86_400_000
const from = Date.UTC(2025, 0, 1)
const profile = (columns: TableProfile['columns'], rows = 1000): TableProfile => ({ table: 'sales', rows, columns })
const column = (name: string, kind: TableProfile['columns'][number]['kind'], more: object = {}) => ({
  name,
  kind,
  filled: 1000,
  ...more,
})
const text = (name: string, distinct: number, longest = 10) => column(name, 'varchar', { distinct, longest })
const time = (name: string, days = 100, more = {}) =>
  column(name, 'timestamptz', { firstMs: from, lastMs: from + days * dayMs, ...more })
const number = (name: string) => column(name, 'decimal', { least: 1, most: 500 })

test('the time is the one at which a row happened', () => {
  const { time: chosen } = rolesOf(
    profile([time('updated_at'), time('birth_date'), time('order_date'), time('shipped')]),
  )
  expect(chosen?.column).toBe('order_date')
  expect(rolesOf(profile([time('birth_date')])).time).toBeUndefined()
  expect(rolesOf(profile([time('at', 100, { filled: 300 })])).time).toBeUndefined()
})

test('ids, free text and what is somebody’s own are no category; few values that come again are', () => {
  const columns = [
    text('order_id', 8),
    text('email', 9),
    text('comment', 900, 400),
    text('postcode', 12),
    text('word', 700),
  ]
  expect(rolesOf(profile(columns)).categories).toEqual([])
  const found = rolesOf(
    profile([text('shape', 2), text('country', 7), column('year', 'bigint', { distinct: 3 })]),
  ).categories
  expect(found.map((each) => each.column)).toEqual(['country', 'shape', 'year'])
})

test('money is summed, in its currency; counts, shares and prices of a piece are not chosen before it', () => {
  const chosen = (...names: string[]) => rolesOf(profile(names.map(number))).amount
  expect(chosen('unit_price', 'quantity', 'orderTotalEur')).toEqual({ column: 'orderTotalEur', format: 'money(EUR)' })
  expect(chosen('discount_rate', 'order_count', 'weight', 'price_pct')).toBeUndefined()
})

test('a span is chosen that has as much before it, and goes on where the data does', () => {
  const at = (days: number, nowMs: number) => {
    const options = { timezone: 'UTC', nowMs, modelName: (name: string) => name, dashboardName: (name: string) => name }
    const { files } = boardFiles(profile([time('at', days)]), options)
    return /default: (.*)/.exec(files['dashboards/sales.yaml'] ?? '')?.[1]
  }
  const later = from + 5000 * dayMs
  expect(at(100, later)).toBe('2025-03-13/2025-04-11')
  expect(at(20, later)).toBe('2025-01-15/2025-01-21')
  expect(at(1, later)).toBe('all time')
  expect(at(100, from + 101 * dayMs)).toBe('last 30 days')
})

const names = fc.oneof(
  fc.constantFrom(
    'id',
    'at',
    'Order Date',
    'country',
    'total',
    'total_usd',
    'price',
    'rows',
    'day',
    'part',
    'select',
    'x"y',
    "it's",
    '*/',
    'näme',
  ),
  fc.string({ minLength: 1, maxLength: 12 }),
)
const values = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    'b',
    'c',
    '1',
    '2.50',
    '-3',
    '2025-01-01',
    '2025-02-03 10:00:00',
    '13/02/2025',
    'true',
    '007',
    'NULL',
    '1e9',
  ),
  fc.string({ maxLength: 20 }),
)
const kinds = [
  fc.constantFrom('Peru', 'Chile', 'Spain', ''),
  fc.integer({ min: -1000, max: 1000 }).map(String),
  fc.integer({ min: 0, max: 99_999 }).map((cents) => (cents / 100).toFixed(2)),
  fc.integer({ min: 0, max: 400 }).map((day) => new Date(from + day * dayMs).toISOString().slice(0, 10)),
  fc.integer({ min: 0, max: 100_000 }).map((minute) => new Date(from + minute * 60_000).toISOString()),
  values,
]
const table = fc
  .array(fc.record({ name: names, kind: fc.nat(kinds.length - 1) }), { minLength: 1, maxLength: 7 })
  .chain((columns) =>
    fc.record({
      header: fc.constant(columns.map(({ name }) => name)),
      rows: fc.array(fc.tuple(...columns.map(({ kind }) => kinds[kind] ?? values)), { maxLength: 40 }),
      delimiter: fc.constantFrom(',', ';', '\t'),
    }),
  )

test('whatever the table, its project is valid, and its tiles answer', { timeout: 240_000 }, async () => {
  const runs = process.env['MILLRACE_LONG'] === '1' ? 60 : 8
  await fc.assert(
    fc.asyncProperty(table, async ({ header, rows, delimiter }) => {
      const dir = await tempFolder()
      const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`
      const lines = [header, ...rows].map((cells) => cells.map(quoted).join(delimiter))
      writeFileSync(join(dir, 'things.csv'), `${lines.join('\n')}\n`)
      const project = join(dir, 'p')
      mkdirSync(project)
      const { status, stderr, stdout } = await millrace(['init', project, '--from', join(dir, 'things.csv')])
      // what cannot be a table is told by code
      if (status !== 0) {
        expect(JSON.parse(stderr.split('\n')[0] ?? '')).toMatchObject({ code: 'FILE_UNREADABLE' })
        return
      }
      expect(stderr).toBe('')
      const doctor = json((await millrace(['doctor', '--project', project])).stdout)
      expect(doctor.filter((each) => each['status'] === 'bad')).toEqual([])
      const [said = {}] = json(stdout)
      const [{ model, rows: stored } = {}] = said['tables'] as readonly Record<string, unknown>[]
      const counted = await millrace([
        'query',
        `SELECT sum(COLUMNS('^rows(_\\d+)?$')) FROM ${model}`,
        '--project',
        project,
      ])
      expect(counted.status).toBe(0)
      expect(Object.values(json(counted.stdout)[0] ?? {}).map(Number)).toContain(stored)
    }),
    { numRuns: runs },
  )
})
