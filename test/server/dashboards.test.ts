import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  type DashboardFault,
  type DrillAnswer,
  type DrillRequest,
  dashboardAnswer,
  dashboardsAnswer,
  drillAnswer,
  filterValuesAnswer,
  type TabAnswer,
  type TabRequest,
  type TileAnswer,
  tabAnswer,
} from '../../src/api/dashboards.ts'
import { stalenessAnswer } from '../../src/api/staleness.ts'
import { serveProject } from './project-server.ts'

const config = `import { defineProject, stream } from 'millrace'
export default defineProject({
  name: 'shop',
  timezone: 'America/Hermosillo',
  streams: {
    events: stream({
      columns: { id: 'varchar', at: 'timestamptz not null', kind: 'varchar', price: 'decimal(12,2)' },
      id: 'id',
      time: 'at',
      times: 'any',
    }),
  },
})
`
const daily = `/*
kind: incremental
time: day
grain: day
*/
SELECT ("at" AT TIME ZONE 'America/Hermosillo')::DATE AS day, kind, count(*) AS n, sum(price) AS revenue
FROM events GROUP BY ALL
`
const board = `title: Shop
filters:
  period: { type: period, column: at, default: last 24 hours }
  kind: { type: list, column: kind, multiple: true }
tabs:
  - title: General
    tiles:
      - { id: all, title: All, chart: number, size: 3x2, value: n, compare: previous_period,
          sql: SELECT count(*) AS n FROM events WHERE $period AND $kind }
      - id: kinds
        title: Kinds
        chart: line
        size: 9x4
        x: hour
        y: [n]
        series: kind
        sql: |
          SELECT date_trunc('hour', "at") AS hour, kind, count(*) AS n
          FROM events
          WHERE $period AND $kind
          GROUP BY ALL -- the chart has them in order
      - id: days
        title: Days
        chart: table
        filter_columns: { period: day }
        sql: SELECT day, sum(n)::BIGINT AS n, sum(revenue) AS revenue FROM daily WHERE $period AND $kind GROUP BY day
`
const minutes = (count: number) => new Date(Date.now() - count * 60_000).toISOString()

const access = {
  admin: ['root'],
  write: [],
  read: [
    { name: 'screen', token: 'screen', tables: [], dashboards: ['shop'] },
    { name: 'tables', token: 'tables', tables: ['events'] },
    { name: 'both', token: 'both', tables: ['events', 'daily'] },
  ],
}

async function shop(file = board) {
  const files = { 'millrace.config.ts': config, 'models/daily.sql': daily, 'dashboards/shop.yaml': file }
  const on = await serveProject(files, { access })
  const send = (events: unknown) =>
    on.call('/v1/streams/events', { method: 'POST', body: JSON.stringify(events), token: 'root' })
  const ask = (filters: unknown = {}, { tab = 'general', token = 'root' } = {}) =>
    on.call(`/v1/dashboards/shop/tabs/${tab}`, { method: 'POST', body: JSON.stringify({ filters }), token })
  const tiles = async (filters: TabRequest['filters'] = {}) => {
    const { tiles: answered }: TabAnswer = tabAnswer.parse((await ask(filters)).json)
    return answered as Record<string, TileAnswer & { readonly error?: DashboardFault }>
  }
  return { ...on, send, ask, tiles }
}

const some = [
  { id: 'a', at: minutes(5), kind: 'view', price: '1.00' },
  { id: 'b', at: minutes(70), kind: 'view', price: '2.00' },
  { id: 'c', at: minutes(5), kind: 'cart', price: '4.00' },
  { id: 'd', at: minutes(60 * 30), kind: 'cart', price: '8.00' },
  { id: 'e', at: minutes(60 * 24 * 9), kind: 'view', price: '16.00' },
]

test('a dashboard tells what it is, and a list what there is', async () => {
  const { call } = await shop()
  const { dashboards } = dashboardsAnswer.parse((await call('/v1/dashboards', { token: 'root' })).json)
  expect(dashboards).toMatchObject([
    { name: 'shop', title: 'Shop', tabs: [{ id: 'general', title: 'General', tiles: 3 }], faults: [] },
  ])
  const one = dashboardAnswer.parse((await call('/v1/dashboards/shop', { token: 'root' })).json)
  expect(one.filters.map(({ name, type }) => [name, type])).toEqual([
    ['period', 'period'],
    ['kind', 'list'],
  ])
  expect(one.tabs[0]?.tiles.map(({ id, width, height, reads }) => [id, width, height, reads])).toEqual([
    ['all', 3, 2, ['events']],
    ['kinds', 9, 4, ['events']],
    ['days', 4, 4, ['daily', 'events']],
  ])
  expect(await call('/v1/dashboards/shpo', { token: 'root' })).toMatchObject({
    status: 404,
    json: { code: 'DASHBOARD_UNKNOWN', hint: 'did you mean `shop`?' },
  })
})

test('tiles are answered with what was acknowledged, for the period and the values that are set', async () => {
  const { send, tiles } = await shop()
  await send(some)
  const all = await tiles()
  expect(all['all']).toMatchObject({ rows: [['3']], previous: [['1']] })
  const counted = (all['kinds']?.rows ?? []).map((row) => Number(row[2])).reduce((sum, each) => sum + each, 0)
  expect(counted).toBe(3)
  const week = await tiles({ period: 'last 7 days', kind: ['cart'] })
  expect(week['all']).toMatchObject({ rows: [['2']], previous: [['0']] })
  expect((await tiles({ period: 'all time' }))['all']).toMatchObject({ rows: [['5']] })
  const days = await tiles({ period: 'all time', kind: ['cart'] })
  expect((days['days']?.rows ?? []).map((row) => row[2]).toSorted()).toEqual(['4.00', '8.00'])
})

const grained = `      - id: grains
        title: Grains
        chart: area
        x: time
        y: [n]
        sql: SELECT date_trunc($period.grain, "at" AT TIME ZONE 'America/Hermosillo') AS time, count(*) AS n FROM events WHERE $period GROUP BY time
      - id: by_day
        title: By day
        chart: bar
        x: day
        y: [n]
        filter_columns: { period: day }
        sql: SELECT day, sum(n)::BIGINT AS n FROM daily WHERE $period GROUP BY day
      - { id: raw, title: Raw, chart: line, x: at, y: [price], sql: 'SELECT "at", price FROM events WHERE $period' }
      - id: newest
        title: Newest
        chart: bar
        x: hour
        y: [n]
        sql: SELECT date_trunc('hour', max("at")) AS hour, count(*) AS n FROM events WHERE $period
`

test('an answer says which hour or day is not over, through models, and of what is not rounded nothing', async () => {
  const { send, ask } = await shop(board + grained)
  await send(some)
  const { at, tiles } = tabAnswer.parse((await ask({ period: 'last 7 days' })).json)
  const unfinished = Object.fromEntries(
    Object.entries(tiles).map(([id, tile]) => [id, 'error' in tile ? tile.error.code : tile.unfinished]),
  )
  const shown = new Date(Date.parse(at) - 7 * 3_600_000).toISOString()
  expect(unfinished).toEqual({
    all: null,
    kinds: `${at.slice(0, 13)}:00:00.000Z`,
    days: null,
    grains: `${shown.slice(0, 13)}:00:00.000`,
    by_day: shown.slice(0, 10),
    raw: null,
    newest: null,
  })
})

test('who asks for the same at one position costs one query a tile, and each other filter its own', async () => {
  const { send, ask, call } = await shop()
  await send(some)
  const queries = async () => {
    const { text } = await call('/metrics', { token: 'root' })
    return Number(/^millrace_tile_query_seconds_count (\d+)$/m.exec(text)?.[1] ?? 0)
  }
  // a tile is compared with the period before, which is a query of its own
  const period = `${minutes(60 * 48)}/${minutes(-60)}`
  await ask({ period })
  expect(await queries()).toBe(4)
  await Promise.all(Array.from({ length: 50 }, () => ask({ period })))
  expect(await queries()).toBe(4)
  const filters = ['view', 'cart'].map((kind) => ({ period, kind: [kind] }))
  await Promise.all(Array.from({ length: 50 }, (_, at) => ask(filters[at % 2])))
  expect(await queries()).toBe(12)
  await send([{ id: 'f', at: minutes(1), kind: 'view', price: '1.00' }])
  await Promise.all(Array.from({ length: 50 }, () => ask({ period })))
  expect(await queries()).toBe(16)
})

test('a value of a filter is never read as SQL', async () => {
  const { send, tiles } = await shop()
  await send([...some, { id: 'x', at: minutes(1), kind: "o'); DROP TABLE events --", price: '1.00' }])
  expect((await tiles({ kind: ["o'); DROP TABLE events --"] }))['all']).toMatchObject({ rows: [['1']] })
  expect((await tiles({ kind: ["') OR TRUE --"] }))['all']).toMatchObject({ rows: [['0']] })
})

test('a filter that there is not, or that is set to what it does not take, is refused', async () => {
  const { ask } = await shop()
  expect(await ask({ kidn: ['a'] })).toMatchObject({ status: 400, json: { code: 'FILTER_UNKNOWN' } })
  expect(await ask({ period: 'last few days' })).toMatchObject({ status: 400, json: { code: 'FILTER_INVALID' } })
  expect(await ask({}, { tab: 'genral' })).toMatchObject({
    status: 404,
    json: { code: 'DASHBOARD_UNKNOWN', hint: 'did you mean `general`?' },
  })
})

test('one tile that is wrong says where, and the rest lives', async () => {
  const wrong = board
    .replace('SELECT date_trunc', 'SELECT prise, date_trunc')
    .replace('value: n, compare', 'valeu: n, compare')
  const { send, tiles, call } = await shop(wrong)
  await send(some)
  const answered = await tiles()
  expect(answered['kinds']?.error).toMatchObject({
    code: 'DASHBOARD_SQL_INVALID',
    message: 'dashboards/shop.yaml:18:18: there is no column `prise`',
    hint: expect.stringContaining('price'),
  })
  expect(answered['all']?.error).toMatchObject({
    code: 'DASHBOARD_UNKNOWN_NAME',
    message: expect.stringMatching(/^dashboards\/shop\.yaml:8:58: there is no key `valeu`/),
  })
  expect(answered['days']?.rows.length).toBeGreaterThan(0)
  const { dashboards } = dashboardsAnswer.parse((await call('/v1/dashboards', { token: 'root' })).json)
  expect(dashboards[0]?.faults.map(({ code }) => code)).toEqual(['DASHBOARD_UNKNOWN_NAME'])
})

test('a filter whose column a tile lacks is told at its place', async () => {
  const { tiles } = await shop(board.replace('        filter_columns: { period: day }\n', ''))
  expect((await tiles())['days']?.error).toMatchObject({
    code: 'DASHBOARD_SQL_INVALID',
    message: expect.stringMatching(
      /^dashboards\/shop\.yaml:\d+:\d+: there is no column `at`, which `\$period` filters by/,
    ),
    hint: expect.stringContaining('filter_columns: { period: … }'),
  })
})

test('a read token sees its dashboards, with what is on them, and no others', async () => {
  const { ask, call, send } = await shop()
  await send(some)
  expect(await ask({}, { token: 'screen' })).toMatchObject({ status: 200, json: { tiles: { all: { rows: [['3']] } } } })
  expect(await call('/v1/dashboards', { token: 'tables' })).toMatchObject({ json: { dashboards: [] } })
  expect(await ask({}, { token: 'tables' })).toMatchObject({ status: 404, json: { code: 'DASHBOARD_UNKNOWN' } })
  const query = { method: 'POST', body: JSON.stringify({ sql: 'SELECT * FROM events' }), token: 'screen' }
  expect(await call('/v1/query', query)).toMatchObject({ status: 403, json: { code: 'TOKEN_REFUSED' } })
})

test('a tile tells of a model that it is made from and that could not be built, until it can', async () => {
  const files = {
    'millrace.config.ts': config,
    'models/daily.sql': daily.replace('grain: day\n', 'grain: day\nchecks: { expr: { cheap: revenue < 100 } }\n'),
    'dashboards/shop.yaml': board,
  }
  const { call } = await serveProject(files, { access })
  const post = (path: string, body: unknown) =>
    call(path, { method: 'POST', body: JSON.stringify(body), token: 'root' })
  const failing = async (token: string) => {
    const { tabs } = dashboardAnswer.parse((await call('/v1/dashboards/shop', { token })).json)
    return tabs[0]?.tiles.map(({ failing: own }) => own)
  }
  await post('/v1/streams/events', [{ id: 'a', at: minutes(5), kind: 'view', price: '100.00' }])
  const first = (await post('/v1/runs?wait=done', {})).json
  const second = (await post('/v1/runs?wait=done', {})).json
  const told = { model: 'daily', outcome: 'blocked', since: first.started_at, run: second.id }
  const error = { code: 'CHECK_FAILED', message: expect.stringContaining('cheap') }
  await expect.poll(() => failing('root'), { timeout: 5000 }).toMatchObject([[], [], [{ ...told, error }]])
  expect(await failing('screen')).toEqual([[], [], [{ ...told, run: null, error: null }]])
  // and so is it to whoever sees the model itself
  const { models } = stalenessAnswer.parse((await call('/v1/models/staleness', { token: 'both' })).json)
  expect(models).toMatchObject([{ model: 'daily', failing: { ...told, run: null, error: null } }])
  await post('/v1/streams/events', [{ id: 'b', at: minutes(4), kind: 'view', price: '-50.00' }])
  await post('/v1/runs?wait=done', {})
  await expect.poll(() => failing('root'), { timeout: 5000 }).toEqual([[], [], []])
})

test('a token for dashboards hears when what is behind them moves, and of nothing else', async () => {
  const { send, server } = await shop()
  await send(some)
  const { body } = await fetch(`${server.url}/v1/changes`, { headers: { authorization: 'Bearer screen' } })
  const reader = body?.getReader()
  let heard = ''
  while (!heard.includes('event: advanced')) heard += new TextDecoder().decode((await reader?.read())?.value)
  await reader?.cancel()
  const [, data = ''] = /event: advanced\ndata: (.*)/.exec(heard) ?? []
  const { tables, streams } = JSON.parse(data)
  expect(Object.keys(streams)).toEqual(['events'])
  expect(Object.keys(tables)).toEqual(['events'])
})

test('a file that is changed is another dashboard', async () => {
  const { call, project } = await shop()
  const title = async () => (await call('/v1/dashboards/shop', { token: 'root' })).json.title
  expect(await title()).toBe('Shop')
  writeFileSync(join(project.settings.folder, 'dashboards/shop.yaml'), board.replace('title: Shop', 'title: Store'))
  await expect.poll(title, { timeout: 5000 }).toBe('Store')
})

test('the rows behind a tile, and behind a mark of it, are those that it counts', async () => {
  const { call, send, tiles } = await shop()
  await send(some)
  const drill = async (tile: string, body: DrillRequest, token = 'root'): Promise<DrillAnswer> => {
    const { json } = await call(`/v1/dashboards/shop/tiles/${tile}/rows`, {
      method: 'POST',
      body: JSON.stringify(body),
      token,
    })
    return drillAnswer.parse({ ...json, position: { ...json.position, offsets: {} } })
  }
  const all = await drill('all', { filters: {} })
  const id = all.columns.findIndex(({ name }) => name === 'id')
  expect(all.rows.map((row) => row[id]).toSorted()).toEqual(['a', 'b', 'c'])
  expect(all.of).toBe('source')
  const { kinds } = await tiles()
  for (const [hour, kind, n] of kinds?.rows ?? []) {
    const behind = await drill('kinds', { filters: {}, mark: { hour: String(hour), kind: String(kind) } })
    expect(behind.rows.length).toBe(Number(n))
  }
  expect((await drill('kinds', { filters: {}, mark: { kind: "x' OR TRUE --" } })).rows).toEqual([])
  const refused = await call('/v1/dashboards/shop/tiles/kinds/rows', {
    method: 'POST',
    body: JSON.stringify({ mark: { knd: 'view' } }),
    token: 'root',
  })
  expect(refused).toMatchObject({ status: 404, json: { code: 'DASHBOARD_UNKNOWN', hint: 'did you mean `kind`?' } })
})

test('a table is taken away as CSV in which no text is a formula, and every number is a number', async () => {
  const formula = '=HYPERLINK("https://evil.example")'
  const { call, send } = await shop(
    board
      .replace('SELECT day, sum(n)', 'SELECT kind, -1.5::DECIMAL(4,2) AS x, day, sum(n)')
      .replace('GROUP BY day\n', 'GROUP BY day, kind\n'),
  )
  await send([{ id: 'f', at: minutes(3), kind: formula, price: '1.00' }])
  const { text, headers } = await call('/v1/dashboards/shop/tiles/days/csv', {
    method: 'POST',
    body: '{}',
    token: 'root',
  })
  expect(headers.get('content-type')).toContain('text/csv')
  const [head, row = ''] = text.split('\r\n')
  expect(head).toBe('kind,x,day,n,revenue')
  expect(row).toMatch(/^"'=HYPERLINK\(""https:\/\/evil\.example""\)",-1\.50,\d{4}-\d\d-\d\d,1,1\.00$/)
})

test('a list filter offers the values that there are, those of most rows first', async () => {
  const { call, send } = await shop()
  await send(some)
  const answered = await call('/v1/dashboards/shop/filters/kind', { token: 'root' })
  expect(filterValuesAnswer.parse(answered.json)).toEqual({
    values: [
      { value: 'view', rows: '3' },
      { value: 'cart', rows: '2' },
    ],
    truncated: false,
  })
  expect((await call('/v1/dashboards/shop/filters/period', { token: 'root' })).status).toBe(404)
})
