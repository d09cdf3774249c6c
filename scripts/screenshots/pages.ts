import type { Browser } from 'playwright-core'
import { webpOf } from '../../test/e2e/webp.ts'

/** Each page, what it has once it is there, and how much of it is seen. */
const pages = [
  { name: 'dashboard', path: '/dashboards/shop/general', has: 'Operations by minute', height: 1050 },
  { name: 'revenue', path: '/dashboards/shop/revenue', has: 'Departments and brands', height: 1250 },
  { name: 'tables', path: '/tables/events', has: 'event_time' },
  { name: 'ledger', path: '/ledger', has: 'Ledger' },
  { name: 'query', path: '/query', has: 'Run' },
  { name: 'models', path: '/models', has: 'operations_by_minute' },
  { name: 'streams', path: '/streams/events', has: 'event_id' },
]

const question = `SELECT department, brand, count(*) AS purchases, sum(revenue) AS revenue
FROM operations
WHERE operation = 'purchase'
GROUP BY ALL
ORDER BY revenue DESC
LIMIT 20`

export async function* pictures(
  browser: Browser,
  url: string,
): AsyncGenerator<{ readonly name: string; readonly webp: Buffer }> {
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({ colorScheme })
    const page = await context.newPage()
    for (const { name, path, has, height = 800 } of pages) {
      await page.setViewportSize({ width: 1280, height })
      await page.goto(url + path)
      await page.getByText(has).first().waitFor()
      await page.getByText('Live', { exact: true }).waitFor()
      if (name === 'query') {
        await page.locator('.cm-content').fill(question)
        await page.getByRole('button', { name: /^Run/ }).click()
        await page.getByText('samsung').first().waitFor()
      }
      // what is drawn is drawn
      await page.waitForLoadState('networkidle').catch(() => undefined)
      await page.waitForTimeout(2_000)
      yield { name: `${name}-${colorScheme}`, webp: await webpOf(page, 80) }
    }
    await context.close()
  }
}
