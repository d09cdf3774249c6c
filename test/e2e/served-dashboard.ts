import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readPages } from '../../src/server/pages.ts'
import { serveProject } from '../server/project-server.ts'
import { builtPages } from '../ui/built.ts'

const shop = join(import.meta.dirname, '../../examples/shop')

const board = `title: Shop
description: What customers do, as they do it
filters:
  period: { type: period, title: Period, column: event_time, default: last 24 hours }
  department: { type: list, title: Department, column: department, multiple: true, from: operations }
tabs:
  - title: General
    tiles:
      - { id: operations, title: Operations, chart: number, size: 3x2, value: n, format: integer, compare: previous_period,
          sql: SELECT count(*) AS n FROM operations WHERE $period AND $department }
      - { id: revenue, title: Revenue, chart: number, size: 3x2, value: revenue, format: money(USD),
          sql: SELECT sum(revenue) AS revenue FROM operations WHERE $period AND $department }
      - { id: margin, title: Margin, chart: number, size: 6x2, value: margin,
          sql: SELECT sum(margin) AS margin FROM operations WHERE $period }
      - { id: over_time, title: Operations over time, chart: area, size: 8x4, x: at, y: [operations], series: operation,
          sql: "SELECT date_trunc('hour', event_time) AS at, operation, count(*) AS operations FROM operations WHERE $period AND $department GROUP BY ALL" }
      - { id: shares, title: Departments, chart: pie, size: 4x4, label: department, value: n,
          sql: 'SELECT department, count(*) AS n FROM operations WHERE $period AND $department GROUP BY ALL' }
  - title: Brands
    tiles:
      - { id: tree, title: Revenue by department and brand, chart: treemap, size: 6x4, levels: [department, brand], value: revenue,
          sql: 'SELECT department, brand, sum(revenue) AS revenue FROM operations WHERE $period AND $department GROUP BY ALL' }
      - { id: products, title: Products, chart: bar, size: 6x4, x: product, y: [n], horizontal: true,
          sql: 'SELECT product, count(*) AS n FROM operations WHERE $period AND $department GROUP BY ALL ORDER BY n DESC, product' }
      - { id: brands, title: Brands, chart: table, size: 12x5,
          sql: 'SELECT brand, count(*) AS operations, sum(revenue) AS revenue FROM operations WHERE $period AND $department GROUP BY ALL' }
`

const categories = ['electronics.smartphone', 'computers.notebook', 'apparel.shoes', 'kids.toys']
const kinds = ['view', 'view', 'view', 'cart', 'purchase']

/** Operation `at` of a day: the minutes before now, what it is and of what follow from its number. */
function operation(at: number, nowMs: number): object {
  return {
    event_id: `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
    event_time: new Date(nowMs - at * 5 * 60_000).toISOString(),
    event_type: kinds[at % kinds.length],
    product_id: at,
    category_code: categories[at % categories.length],
    brand: `brand${at % 12}`,
    price: '10.00',
    user_id: at % 7,
  }
}

/** The shop of the examples with a dashboard of every kind of tile, a broken one among them, and 200 operations of today. */
export async function servedDashboard(now = Date.now) {
  const files = Object.fromEntries(
    ['millrace.config.ts', ...readdirSync(join(shop, 'models'), { recursive: true }).map((file) => `models/${file}`)]
      .filter((file) => /\.(?:ts|sql)$/.test(file))
      .map((file) => [file, readFileSync(join(shop, file), 'utf8')]),
  )
  const served = await serveProject(
    { ...files, 'dashboards/shop.yaml': board },
    { now, pages: await readPages(await builtPages()) },
  )
  const send = (events: readonly object[]) =>
    served.call('/v1/streams/events', { method: 'POST', body: JSON.stringify(events) })
  const operations = Array.from({ length: 200 }, (_, at) => operation(at + 1, now()))
  await send(operations)
  const buy = (at: number) =>
    send([{ ...operation(at, now()), event_time: new Date(now()).toISOString(), event_type: 'purchase' }])
  return { ...served, url: served.server.url, send, buy }
}
