import { expect, test } from 'vitest'
import { noChromium } from './chromium.ts'
import { barriers, openPage } from './faultless-page.ts'
import { servedShop } from './served-shop.ts'

/** Every page, and what it has once it is there. */
const pages = [
  ['/tables', 'Tables'],
  ['/tables/events', 'Columns'],
  ['/tables/events?tab=preview', 'Rows of events'],
  ['/tables/events?tab=history', 'Commits of events'],
  ['/tables/events?tab=files', 'Files of events'],
  ['/ledger', undefined],
  ['/dashboards', undefined],
  ['/query', undefined],
  ['/streams', undefined],
  ['/models', undefined],
  ['/nowhere', undefined],
] as const

test.skipIf(noChromium)(
  'no page has a barrier, an error or anything beside its edge, on a phone, a desk and a wall, by day and by night',
  async () => {
    const { url } = await servedShop()
    const page = await openPage()
    const found: string[] = []
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of [390, 1280, 2560]) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width, height: width === 390 ? 844 : Math.round(width * 0.5625) })
        for (const [path, table] of pages) {
          await page.goto(url + path)
          await page.getByRole('heading', { level: 1 }).waitFor()
          await page.getByText('Live', { exact: true }).waitFor()
          if (table !== undefined) await page.getByRole('table', { name: table }).waitFor()
          const over = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
          const at = `${path} ${width} ${colorScheme}`
          if (over > 0) found.push(`${at}: ${over} px too wide`)
          found.push(...(await barriers(page)).map((barrier) => `${at}: ${barrier}`))
        }
      }
    expect(found).toEqual([])
  },
)
