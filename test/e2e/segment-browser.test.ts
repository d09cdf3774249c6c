import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import type { AnalyticsBrowser } from '@segment/analytics-next'
import type { Page } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { badWay } from '../server/bad-way.ts'
import { serveProject } from '../server/segment-harness.ts'
import { noChromium, openChromium } from './chromium.ts'

const library = join(
  dirname(createRequire(import.meta.url).resolve('@segment/analytics-next/package.json')),
  'dist/umd/index.js',
)

declare const AnalyticsNext: { AnalyticsBrowser: typeof AnalyticsBrowser }
/** What the page has. */
declare const window: { analytics: AnalyticsBrowser }

/** A shop's pages, of another origin than the server that they send to. */
async function servePages(): Promise<string> {
  const script = readFileSync(library)
  const pages = createServer(({ url }, answer) => {
    if (url === '/analytics.js') answer.writeHead(200, { 'content-type': 'text/javascript' }).end(script)
    else
      answer
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<title>Shop</title><script src="/analytics.js"></script>')
  })
  pages.listen(0, '127.0.0.1')
  await once(pages, 'listening')
  onTestFinished(() => void pages.close())
  return `http://localhost:${(pages.address() as AddressInfo).port}`
}

/** A server that has tokens does not take pages of this machine for its own. */
const access = { admin: ['the-admins-own-token'], write: [], read: [] }

function config(origin: string): string {
  return `import { defineProject, stream, tracking } from 'millrace'
export default defineProject({
  name: 'shop',
  streams: { orders: stream({ columns: { id: 'uuid', total: 'decimal(12,2)' }, id: 'id' }) },
  sources: { web: tracking({ into: 'tracks', routes: { 'Order Completed': 'orders' }, key: 'web1', origins: ['${origin}'] }) },
})
`
}

/** Loads the library as its guide says, but for where it asks for its settings. */
async function load(page: Page, { url, batching = false }: { url: string; batching?: boolean }): Promise<void> {
  await page.evaluate(
    ({ url, batching }) => {
      const strategy = { strategy: 'batching' as const, config: { size: 100, timeout: 600_000 } }
      const integrations = batching ? { integrations: { 'Segment.io': { deliveryStrategy: strategy } } } : {}
      window.analytics = AnalyticsNext.AnalyticsBrowser.load({ writeKey: 'web1', cdnURL: url }, integrations)
    },
    { url, batching },
  )
}

test.skipIf(noChromium)(
  '@segment/analytics-next sends from another origin as it is, and each field is found by SQL',
  async () => {
    const origin = await servePages()
    await using served = await serveProject({ config: config(origin), access })
    const { ask } = served
    const page = await (await openChromium()).newPage()
    await page.goto(`${origin}/?utm_source=mail`)
    const way = await badWay(served.url)
    await load(page, way)
    await page.evaluate(async () => {
      const { analytics } = window
      await analytics.track('Viewed', { product: 'P-1', price: 9.5 })
      await analytics.alias('u1')
      await analytics.identify('u1', { plan: 'pro' })
      await analytics.page('Docs', 'Intro')
      await analytics.group('g1', { size: 7 })
      await analytics.track('Order Completed', { total: 12.5 })
      await analytics.screen('Home')
    })
    // the library sends again what was not answered, in its own time
    await expect.poll(() => ask('SELECT count(*) FROM tracks'), { timeout: 60_000 }).toEqual([[7n]])
    await expect.poll(() => way.retries().length, { timeout: 60_000 }).toBe(9)
    const columns = `type, event, user_id, group_id, previous_id = anonymous_id, category, name, anonymous_id IS NOT NULL,
    context -> 'page' ->> 'title', metadata IS NOT NULL, extra`
    expect(await ask(`SELECT ${columns} FROM tracks ORDER BY type, event`)).toEqual([
      ['alias', null, 'u1', null, true, null, null, true, 'Shop', true, null],
      ['group', null, 'u1', 'g1', null, null, null, true, 'Shop', true, null],
      ['identify', null, 'u1', null, null, null, null, true, 'Shop', true, null],
      ['page', null, 'u1', null, null, 'Docs', 'Intro', true, 'Shop', true, null],
      ['screen', null, 'u1', null, null, null, 'Home', true, 'Shop', true, null],
      ['track', 'Order Completed', 'u1', null, null, null, null, true, 'Shop', true, null],
      ['track', 'Viewed', null, null, null, null, null, true, 'Shop', true, null],
    ])
    const values = `(SELECT properties ->> 'product' FROM tracks WHERE event = 'Viewed'),
    (SELECT traits ->> 'plan' FROM tracks WHERE type = 'identify'), (SELECT traits ->> 'size' FROM tracks WHERE type = 'group'),
    (SELECT context -> 'campaign' ->> 'source' FROM tracks WHERE event = 'Viewed')`
    expect(await ask(`SELECT ${values}`)).toEqual([['P-1', 'pro', '7', 'mail']])
    expect(await ask('SELECT total FROM orders')).toEqual([['12.50']])
    expect(await ask('SELECT count(*), min(user_id) FROM identities WHERE length(anonymous_id) = 36')).toEqual([
      [1n, 'u1'],
    ])
    await served.live.flush()
    expect(await ask('SELECT count(*) FROM millrace.rejects')).toEqual([[0n]])
  },
)

test.skipIf(noChromium)('what a page holds when it is closed is sent all the same', async () => {
  const origin = await servePages()
  await using served = await serveProject({ config: config(origin), access })
  const { ask } = served
  const visitor = await (await openChromium()).newContext()
  // a browser that has no page left is closed itself
  await visitor.newPage()
  const page = await visitor.newPage()
  await page.goto(origin)
  await load(page, { url: served.url, batching: true })
  await page.evaluate(async () => {
    await window.analytics.ready()
    for (const count of [1, 2, 3]) await window.analytics.track('Order Completed', { total: count })
  })
  expect(await ask('SELECT count(*) FROM tracks')).toEqual([[0n]])
  await page.close({ runBeforeUnload: true })
  await expect.poll(() => ask('SELECT count(*) FROM tracks'), { timeout: 60_000 }).toEqual([[3n]])
  expect(await ask('SELECT total FROM orders ORDER BY 1')).toEqual([['1.00'], ['2.00'], ['3.00']])
})

test.skipIf(noChromium)('a page of an origin that is not named sends nothing', async () => {
  const origin = await servePages()
  await using served = await serveProject({ config: config('https://shop.example'), access })
  const page = await (await openChromium()).newPage()
  await page.goto(origin)
  const status = await page.evaluate(async (url) => {
    const send = (path: string, init: RequestInit) =>
      fetch(url + path, init).then(
        ({ status }) => status,
        () => 'refused',
      )
    const body = JSON.stringify({ type: 'track', event: 'x', messageId: 'm1', userId: 'u1', writeKey: 'web1' })
    const headers = { 'content-type': 'text/plain' }
    return [await send('/v1/t', { method: 'POST', headers, body }), await send('/v1/projects/web1/settings', {})]
  }, served.url)
  expect(status).toEqual(['refused', 'refused'])
  expect(await served.ask('SELECT count(*) FROM tracks')).toEqual([[0n]])
})
