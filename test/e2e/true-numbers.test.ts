import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { startDeltalake } from '../services/deltalake.ts'
import { noChromium } from './chromium.ts'
import { openPage } from './faultless-page.ts'
import { runningShop } from './running-shop.ts'
import { frameOf } from './shown-numbers.ts'
import { Visitors } from './visitors.ts'

const deltalake = await startDeltalake()

afterAll(async () => {
  if (typeof deltalake !== 'string') await deltalake[Symbol.asyncDispose]()
})

interface Sums {
  readonly operations: number
  readonly views: number
  readonly carts: number
  readonly purchases: number
  /** In cents: no sum passes through a double. */
  readonly cents: bigint
}

/** What delta-rs finds in a table. */
async function read(dir: string, table: string, kind: string): Promise<Sums> {
  if (typeof deltalake === 'string') throw new Error(deltalake)
  const sql = `SELECT ${kind}, count(*), sum(CAST(coalesce(price, 0) AS DECIMAL(38, 2))) FROM t GROUP BY 1`
  const { rows } = await deltalake.ask<{ rows: string[][] }>('query', { path: join(dir, 'lake', table), sql })
  const of = (name: string) => Number(rows.find(([kind]) => kind === name)?.[1] ?? 0)
  const operations = rows.reduce((sum, [, count]) => sum + Number(count), 0)
  const cents = BigInt(rows.find(([kind]) => kind === 'purchase')?.[2]?.replace('.', '') ?? 0)
  return { operations, views: of('view'), carts: of('cart'), purchases: of('purchase'), cents }
}

/** As the page writes them. */
function written({ cents, ...counts }: Sums): Record<string, string> {
  const revenue = `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`
  return { ...Object.fromEntries(Object.entries(counts).map(([id, count]) => [id, String(count)])), revenue }
}

test.skipIf(noChromium || typeof deltalake === 'string')(
  'the numbers on the page are the rows that delta-rs reads and what whoever sends has counted, and then the rows alone',
  async () => {
    const { dir, url, server } = await runningShop()
    const page = await openPage({}, { expected: /ERR_|status of 503/ })
    await page.goto(`${url}/dashboards/shop/general?period=all+time`)
    const shown = async () => (await frameOf(page)).numbers
    const before = await read(dir, 'events', 'event_type')
    expect(before.operations).toBeGreaterThan(1000)
    await expect.poll(shown, { timeout: 60_000 }).toEqual(written(before))

    const visitors = new Visitors(url)
    for (let at = 0; at < 20; at++) await visitors.do(17)
    const { view, cart, purchase } = visitors.byKind
    const after: Sums = {
      operations: before.operations + visitors.acknowledged,
      views: before.views + view,
      carts: before.carts + cart,
      purchases: before.purchases + purchase,
      cents: before.cents + 1000n * BigInt(purchase),
    }
    await expect.poll(shown, { timeout: 60_000 }).toEqual(written(after))

    // a server that is stopped leaves nothing beside its tables
    await server().kill('SIGTERM')
    expect(await read(dir, 'events', 'event_type')).toEqual(after)
  },
  300_000,
)
