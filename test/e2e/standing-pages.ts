import type { Page } from 'playwright-core'

/** A page with something done on it; most are looked at in every size and theme without being opened again. */
interface StandingPage {
  readonly name: string
  /** What it shows once it is there. */
  readonly has: string
  /** Charts that are drawn again where the clock stands still stay as they began: opened anew for each look. */
  readonly anew?: true
  open(page: Page, url: string): Promise<void>
}

const question = `SELECT date_trunc('hour', event_time) AS hour, event_type, count(*) AS operations
FROM events
GROUP BY ALL
ORDER BY hour`

const sales = `ordered_at,created,country,total_usd,paid,customer_id
${Array.from({ length: 400 }, (_, at) => {
  const seconds = Date.UTC(2026, 9, 1) / 1000 + at * 5400
  const day = new Date(seconds * 1000).toISOString().slice(0, 10)
  return `${day},${seconds},${['Peru', 'Chile', 'Spain'][at % 3]},${at}.50,${at % 5 > 0},${String(at % 50).padStart(5, '0')}\n`
}).join('')}`

export const standingPages: readonly StandingPage[] = [
  {
    name: 'sign-in',
    has: 'An admin’s token',
    async open(page, url) {
      const nobody = { access: 'none', token: null, tables: null, dashboards: null, project: null, timezone: null }
      await page.route('**/v1/session', (route) => route.fulfill({ json: nobody }))
      await page.goto(url)
    },
  },
  {
    name: 'own-data',
    has: 'Drop a file anywhere',
    async open(page, url) {
      await page.unroute('**/v1/session')
      await page.goto(`${url}/add`)
    },
  },
  {
    name: 'own-data-file',
    has: 'by its first rows',
    async open(page) {
      const file = { name: 'Sales of October.csv', mimeType: 'text/csv', buffer: Buffer.from(sales) }
      await page.getByLabel('Choose a file').setInputFiles(file)
    },
  },
  {
    name: 'query-chart',
    has: '53 rows',
    anew: true,
    async open(page, url) {
      await page.unroute('**/v1/query')
      // what a query takes is another time each time
      await page.route('**/v1/query', async (route) => {
        const answer = await route.fetch()
        await route.fulfill({ json: { ...(await answer.json()), elapsed_ms: 12 } })
      })
      await page.goto(`${url}/query?sql=${encodeURIComponent(question)}`)
      await page.getByRole('button', { name: 'Run' }).click()
      // nothing is pointed at, and no caret blinks
      await page.mouse.move(0, 0)
      await page.evaluate('document.activeElement.blur()')
    },
  },
]
