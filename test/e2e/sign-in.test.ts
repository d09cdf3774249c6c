import { expect, test } from 'vitest'
import { noChromium } from './chromium.ts'
import { barriers, openPage } from './faultless-page.ts'
import { servedShop } from './served-shop.ts'

const access = {
  admin: ['the-admins-own-token'],
  write: [{ name: 'web', token: 'the-key-in-a-page', streams: 'all' as const, origins: [] }],
  read: [{ name: 'board', token: 'the-token-on-the-wall', tables: ['events'] }],
}

test.skipIf(noChromium)('an admin signs in, sees all, and signs out on every tab', async () => {
  const { url } = await servedShop({ access })
  const page = await openPage({}, { expected: /status of 403/ })
  await page.goto(`${url}/tables`)
  const token = page.getByLabel('Token')
  await token.waitFor()
  expect(await barriers(page)).toEqual([])
  await token.fill('the-key-in-a-page')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText(/This token is not for reading\. Send another one/).waitFor()
  await token.fill(' the-admins-own-token ')
  await token.press('Enter')
  await page.getByRole('row', { name: 'people' }).waitFor()
  expect(page.url()).toBe(`${url}/tables`)
  await page.getByText('Live', { exact: true }).waitFor()
  // the cookie is for no script
  expect(await page.evaluate('document.cookie')).toBe('')

  const other = await page.context().newPage()
  await other.goto(`${url}/ledger`)
  await other.getByRole('link', { name: 'Ledger' }).waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  for (const tab of [page, other]) await tab.getByLabel('Token').waitFor()
})

test.skipIf(noChromium)('a read token sees its tables and no ledger', async () => {
  const { url } = await servedShop({ access })
  const page = await openPage()
  await page.goto(url)
  await page.getByLabel('Token').fill('the-token-on-the-wall')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('row', { name: 'events' }).waitFor()
  await expect.poll(() => page.locator('tbody tr').count()).toBe(1)
  expect(await page.getByRole('link', { name: 'Ledger' }).count()).toBe(0)
})

const board = `title: Counts
tabs:
  - title: General
    tiles:
      - { id: all, title: All, chart: number, size: 3x2, value: n, sql: SELECT count(*) AS n FROM events }
`

test.skipIf(noChromium)(
  'a token for a dashboard begins there, sees it move, and no page of anything else',
  async () => {
    const read = [{ name: 'wall', token: 'the-token-on-the-wall', tables: [], dashboards: ['counts'] }]
    const { url, send } = await servedShop(
      { access: { ...access, read } },
      {
        'dashboards/counts.yaml': board,
        'dashboards/all.yaml': board,
      },
    )
    const page = await openPage({}, { expected: /status of 40[34]/ })
    const refused: string[] = []
    page.on('response', (response) => {
      if (response.status() === 403) refused.push(new URL(response.url()).pathname)
    })
    await page.goto(url)
    await page.getByLabel('Token').fill('the-token-on-the-wall')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(`${url}/dashboards/counts**`)
    const tile = page
      .getByRole('region', { name: 'All' })
      .or(page.getByRole('article', { name: 'All' }))
      .first()
    await tile.getByText('3', { exact: true }).waitFor()
    expect(await page.getByRole('navigation', { name: 'Pages' }).getByRole('link').allInnerTexts()).toEqual([
      'Dashboards',
    ])
    expect(await barriers(page)).toEqual([])
    await send('events', [{ id: 'z', at: '2026-01-05T09:09:00Z', kind: 'view', price: '1.00' }])
    await tile.getByText('4', { exact: true }).waitFor()
    for (const path of ['tables', 'tables/events', 'query', 'streams', 'ledger', 'models', 'rejects']) {
      await page.goto(`${url}/${path}`)
      await page.getByRole('alert').getByText('TOKEN_REFUSED').waitFor()
    }
    expect(await barriers(page)).toEqual([])
    // pages that are not shown ask nothing
    expect(refused).toEqual([])
    await page.goto(`${url}/dashboards/all`)
    await page.getByText('DASHBOARD_UNKNOWN').waitFor()
  },
)
