import { expect, test } from 'vitest'
import { tabAnswer } from '../../src/api/dashboards.ts'
import { serveProject } from './project-server.ts'

const config = `import { defineProject, stream } from 'millrace'
export default defineProject({
  name: 'shop',
  streams: {
    events: stream({
      columns: { id: 'varchar', happened: 'timestamptz not null', kind: 'varchar', price: 'decimal(12,2)' },
      id: 'id',
      time: 'happened',
      times: 'any',
    }),
  },
})
`
const operations = `/*
kind: incremental
time: happened
grain: day
partition: [day]
*/
SELECT happened, happened::DATE AS day, upper(kind) AS kind, coalesce(price, 0)::DECIMAL(12, 2) AS price FROM events
`
const asked: Readonly<Record<string, string>> = {
  stream:
    'SELECT kind, count(*) AS n, sum(price) AS total, max(happened) AS last FROM events GROUP BY ALL ORDER BY kind',
  model:
    'SELECT kind, count(*) AS n, sum(price) AS total, min(day) AS first FROM operations GROUP BY ALL ORDER BY kind',
  mean: 'SELECT round(sum(price) / count(*), 4) AS mean, count(*) FILTER (price > 5) AS dear FROM operations',
  days: 'SELECT day, kind, count(*) AS n FROM operations GROUP BY day, kind ORDER BY day, kind',
}
const board = `title: Shop
tabs:
  - title: General
    tiles:
${Object.entries(asked)
  .map(([id, sql]) => `      - { id: ${id}, title: ${id}, chart: table, sql: "${sql}" }`)
  .join('\n')}
`
interface Rows {
  readonly columns: unknown
  readonly rows: readonly (readonly unknown[])[]
}

/** Tiles have numbers of many digits as text. */
function plain({ columns, rows }: Rows): Rows {
  const number = (cell: unknown) => (typeof cell === 'string' && /^[\d.]+$/.test(cell) ? Number(cell) : cell)
  return { columns, rows: rows.map((row) => row.map(number)) }
}

const kinds = ['view', 'cart', null]

test('whatever was flushed, built and sent again, tiles count as the same SQL does that is asked once', async () => {
  const files = { 'millrace.config.ts': config, 'models/operations.sql': operations, 'dashboards/shop.yaml': board }
  const { call, live } = await serveProject(files)
  const post = (path: string, body: unknown) => call(path, { method: 'POST', body: JSON.stringify(body) })
  let sent = 0
  const send = async (count: number, day: number) => {
    const events = Array.from({ length: count }, () => {
      const n = sent++
      const at = new Date(Date.UTC(2026, 9, day, n % 24, n % 60)).toISOString()
      return { id: `e${n}`, happened: at, kind: kinds[n % 3], price: n % 4 === 0 ? null : (n / 8).toFixed(2) }
    })
    expect((await post('/v1/streams/events', events)).status).toBe(200)
  }
  const build = async () =>
    expect((await post('/v1/models/operations/build?wait=done', {})).json).toMatchObject({ outcome: 'done' })
  const compare = async () => {
    const { tiles } = tabAnswer.parse((await post('/v1/dashboards/shop/tabs/general', { filters: {} })).json)
    for (const [id, sql] of Object.entries(asked)) {
      const once = (await post('/v1/query', { sql })).json as Rows
      expect(once.rows.length, id).toBeGreaterThan(0)
      expect(plain(tiles[id] as Rows), id).toEqual(plain(once))
    }
  }

  await send(40, 1)
  await compare()
  await live.flush()
  await compare()
  await send(30, 2)
  await compare()
  await build()
  await compare()
  await send(7, 3)
  await compare()
  await live.flush()
  // to a day that is built
  await send(5, 1)
  await compare()
  await live.flush()
  await compare()
  await build()
  await send(3, 2)
  await compare()
})
