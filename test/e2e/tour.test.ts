import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { noChromium } from './chromium.ts'
import { barriers, openPage } from './faultless-page.ts'
import { servedDashboard } from './served-dashboard.ts'
import { servedShop } from './served-shop.ts'

/** An address, and what is waited for there once the page is. */
interface Stop {
  readonly path: string
  readonly ready?: (page: Page) => Promise<void>
}

const table =
  (name: string) =>
  (page: Page): Promise<void> =>
    page.getByRole('table', { name, exact: true }).waitFor()

const shop: readonly Stop[] = [
  { path: '/tables', ready: table('Tables') },
  { path: '/tables/events', ready: table('Columns') },
  { path: '/tables/events?tab=preview', ready: table('Rows of events') },
  { path: '/tables/events?tab=history', ready: table('Commits of events') },
  { path: '/tables/events?tab=files', ready: table('Files of events') },
  { path: '/ledger' },
  { path: '/dashboards' },
  { path: '/streams' },
  { path: '/models' },
  { path: '/nowhere' },
]

const question = encodeURIComponent(
  'SELECT department, count(*) AS operations FROM operations GROUP BY ALL ORDER BY ALL',
)

/** Where there are dashboards and models; one tile is broken. */
const boards: readonly Stop[] = [
  { path: '/dashboards', ready: (page) => page.getByRole('link', { name: 'Shop', exact: true }).waitFor() },
  { path: '/dashboards/shop/general', ready: drawn },
  { path: '/dashboards/shop/brands', ready: drawn },
  { path: '/query', ready: (page) => page.getByRole('textbox', { name: 'SQL' }).waitFor() },
  {
    path: `/query?show=table&sql=${question}`,
    async ready(page) {
      await page.getByRole('textbox', { name: 'SQL' }).waitFor()
      await page.getByRole('button', { name: 'Run' }).click()
      await table('Result')(page)
    },
  },
  { path: '/models', ready: table('Models') },
  { path: '/models/operations', ready: (page) => page.getByText('FROM events').first().waitFor() },
]

/** Every tile has come to something, and every chart is drawn. */
async function drawn(page: Page): Promise<void> {
  await page.locator('section[data-chart]').first().waitFor()
  for (const waiting of [page.locator('[aria-busy="true"]'), page.getByRole('status', { name: 'Loading' })])
    await expect.poll(() => waiting.count(), { timeout: 30_000 }).toBe(0)
}

test.skipIf(noChromium).each([
  ['of streams and tables', servedShop, shop],
  ['of dashboards, questions and models', servedDashboard, boards],
] as const)(
  'no page %s has a barrier, an error or anything beside its edge, on a phone, a desk and a wall, by day and by night',
  async (_, serve, stops) => {
    const { url } = await serve()
    const page = await openPage()
    const found: string[] = []
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of [390, 1280, 2560]) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width, height: width === 390 ? 844 : Math.round(width * 0.5625) })
        for (const { path, ready } of stops) {
          await page.goto(url + path)
          await page.getByRole('heading', { level: 1 }).waitFor()
          await page.getByText('Live', { exact: true }).waitFor()
          await ready?.(page)
          const over = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
          const at = `${path} ${width} ${colorScheme}`
          if (over > 0) found.push(`${at}: ${over} px too wide`)
          found.push(...(await barriers(page)).map((barrier) => `${at}: ${barrier}`))
          const shots = process.env['MILLRACE_SHOTS']
          if (shots)
            await page.screenshot({
              path: `${shots}/${width}-${colorScheme}-${path.replaceAll(/\W+/g, '_').slice(0, 40)}.png`,
            })
        }
      }
    expect(found).toEqual([])
  },
)
