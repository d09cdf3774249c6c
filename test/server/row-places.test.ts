import { expect, test } from 'vitest'
import { type DrillAnswer, type DrillRequest, drillAnswer } from '../../src/api/dashboards.ts'
import { loadSource, planSources } from '../../src/project/loading.ts'
import { context } from '../cli/project-folder.ts'
import { serveProject } from './project-server.ts'

const config = `import { column, defineProject, files, stream } from 'millrace'
export default defineProject({
  name: 'shop',
  timezone: 'America/Hermosillo',
  streams: {
    events: stream({
      columns: {
        event_id: 'uuid', at: column('timestamptz not null', { format: '%Y-%m-%d %H:%M:%S UTC' }),
        kind: 'varchar', price: 'decimal(12,2)', email: column('varchar', { pii: true }),
      },
      id: 'event_id', time: 'at', times: 'any', rules: { price_not_negative: 'price >= 0' },
    }),
  },
  sources: { history: files('data/*.csv', { into: 'events' }) },
})
`
const operations = `/*
kind: incremental
time: at
grain: day
*/
SELECT "at", kind AS operation, upper(kind) AS loud, price, email FROM events
`
const daily = `SELECT kind, count(*) AS n FROM events GROUP BY kind
`
const board = `title: Shop
tabs:
  - title: General
    tiles:
      - { id: all, title: All, chart: number, value: n, sql: SELECT count(*) AS n FROM operations }
      - { id: kinds, title: Kinds, chart: pie, label: operation, value: n,
          sql: 'SELECT o.operation, count(*) AS n FROM operations AS o WHERE o.price > 0 GROUP BY ALL' }
      - { id: grouped, title: Grouped, chart: number, value: n, sql: SELECT sum(n) AS n FROM daily }
`
const csv = `at,kind,price,email
2026-11-20 10:00:00 UTC,view,1.00,ann@example.org
2026-11-20 10:00:01 UTC,view,-2.00,bob@example.org
2026-11-20 10:00:02 UTC,"cart
of two lines",3.0,
2026-11-20 10:00:00 UTC,view,1.00,ann@example.org
2026-11-20 10:00:05 UTC,buy,7.00,eve@example.org
`
const id = '018f0000-0000-7000-8000-000000000001'
const access = {
  admin: ['root'],
  write: [],
  read: [{ name: 'screen', token: 'screen', tables: [], dashboards: ['shop'] }],
}

async function shop() {
  const on = await serveProject(
    {
      'millrace.config.ts': config,
      'models/operations.sql': operations,
      'models/daily.sql': daily,
      'dashboards/shop.yaml': board,
      'data/one.csv': csv,
      'data/two.csv': csv.split('\n').slice(0, 2).join('\n').replace('1.00', '9.00'),
    },
    { access },
  )
  const { project } = on.live
  for (const plan of await planSources(project, { maxRejects: 1 }, context)) await loadSource(project, plan, context)
  const events = [
    { at: '2026-11-21T10:00:00Z', kind: 'buy', price: '5.00' },
    { event_id: id, at: '2026-11-21T10:00:00Z', kind: 'buy', price: '6.00', email: 'eve@example.org' },
  ]
  await on.call('/v1/streams/events', { method: 'POST', body: JSON.stringify(events), token: 'root' })
  const rows = async (tile: string, asked: Partial<DrillRequest> = {}, token = 'root'): Promise<DrillAnswer> => {
    const body = JSON.stringify({ filters: {}, ...asked })
    const { json } = await on.call(`/v1/dashboards/shop/tiles/${tile}/rows`, { method: 'POST', body, token })
    return drillAnswer.parse({ ...json, position: { ...json.position, offsets: {} } })
  }
  return { ...on, rows }
}

/** Price → where the row came from. */
function byPrice({ columns, rows, places }: DrillAnswer) {
  const at = columns.findIndex(({ name }) => name === 'price')
  return rows
    .map((row, index) => {
      const { file = null, line = null, offset = null } = places?.[index] ?? {}
      return [row[at], file, line, offset] as const
    })
    .toSorted((a, b) => String(a).localeCompare(String(b)))
}

test('each row behind a number tells its file and line, or its offset in the log, through the model that it is of', async () => {
  const { rows, live } = await shop()
  const all = await rows('all', { lines: true })
  expect(all.columns.map(({ name }) => name)).toEqual(['at', 'operation', 'loud', 'price', 'email'])
  const expected = [
    // rows that are equal are each on a line of their own
    ['1.00', 'data/one.csv', 2, null],
    ['1.00', 'data/one.csv', 6, null],
    // a record of two lines is where it begins
    ['3.00', 'data/one.csv', 4, null],
    ['5.00', null, null, '0'],
    ['6.00', null, null, '1'],
    ['7.00', 'data/one.csv', 7, null],
    ['9.00', 'data/two.csv', 2, null],
  ]
  expect(byPrice(all)).toEqual(expected)
  // and when all is in the table
  await live.flush()
  expect(byPrice(await rows('all', { lines: true })).slice(0, 3)).toEqual(expected.slice(0, 3))
  expect(byPrice(await rows('kinds', { mark: { operation: 'cart\nof two lines' } }))).toEqual([
    ['3.00', 'data/one.csv', null, null],
  ])
})

test('what was made from one event is asked for by its id', async () => {
  const { rows } = await shop()
  expect(byPrice(await rows('all', { id }))).toEqual([['6.00', null, null, null]])
  expect((await rows('kinds', { id, mark: { operation: 'buy' } })).rows).toHaveLength(1)
  expect((await rows('kinds', { id, mark: { operation: 'view' } })).rows).toEqual([])
  // where a model groups what it reads nobody can tell
  const grouped = await rows('grouped', { id })
  expect([grouped.rows, grouped.places]).toEqual([[], null])
  expect((await rows('grouped')).rows).toHaveLength(3)
})

test('personal data stays hidden in the rows behind a tile, wherever they came from', async () => {
  const { rows } = await shop()
  for (const lines of [false, true]) {
    const seen = await rows('all', { lines }, 'screen')
    expect(seen.hidden).toEqual(['email'])
    expect(new Set(seen.rows.map((row) => row[4]))).toEqual(new Set(['•••', null]))
    expect(JSON.stringify(seen)).not.toContain('@example.org')
  }
  expect(JSON.stringify(await rows('all'))).toContain('ann@example.org')
})
