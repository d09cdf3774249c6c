import { expect, test } from 'vitest'
import { noChromium } from './chromium.ts'
import { barriers, openPage } from './faultless-page.ts'
import { servedShop } from './served-shop.ts'

test.skipIf(noChromium)('the tables of a project are listed, and sorted by what is pressed', async () => {
  const { url } = await servedShop()
  const page = await openPage()
  await page.goto(url)
  const names = page.locator('tbody td:first-child')
  await names.first().waitFor()
  expect(page.url()).toBe(`${url}/tables`)
  expect(await names.allInnerTexts()).toEqual(['empty', 'events', 'people'])
  await page.getByRole('button', { name: 'Rows' }).click()
  expect(await names.allInnerTexts()).toEqual(['events', 'people', 'empty'])
  expect(await page.getByRole('row', { name: 'events' }).innerText()).toMatch(/events\s+stream\s+3\s/)
  expect(await barriers(page)).toEqual([])
})

test.skipIf(noChromium)('a table shows its columns, rows, commits and files; personal values are nowhere', async () => {
  const { url } = await servedShop()
  const page = await openPage({}, { expected: /status of 404/ })
  const came: string[] = []
  page.on('response', (response) => {
    if (response.url().includes('/v1/query')) void response.text().then((text) => came.push(text))
  })
  await page.goto(`${url}/tables`)
  await page.getByRole('link', { name: 'events' }).click()
  await page.getByRole('table', { name: 'Columns' }).waitFor()
  const cells = (label: string) => page.getByRole('table', { name: label }).locator('tbody tr').allInnerTexts()
  expect(await cells('Columns')).toContain('price\tdecimal(12,2)\t')
  expect(await barriers(page)).toEqual([])

  await page.getByRole('link', { name: 'Preview' }).click()
  expect(new URL(page.url()).search).toBe('?tab=preview')
  await page.getByRole('table', { name: 'Rows of events' }).waitFor()
  expect((await cells('Rows of events')).map((row) => row.split('\t')[0])).toEqual(['c', 'b', 'a'])
  expect(await barriers(page)).toEqual([])

  await page.getByRole('link', { name: 'History' }).click()
  await page.getByRole('table', { name: 'Commits of events' }).waitFor()
  expect((await cells('Commits of events'))[0]).toMatch(/^1\t.*WRITE.*\t3\t\+1 −0/)
  await page.getByRole('link', { name: 'Files' }).click()
  await page.getByRole('table', { name: 'Files of events' }).waitFor()
  expect((await cells('Files of events')).length).toBe(1)

  await page.goto(`${url}/tables/people?tab=preview`)
  await page.getByText('Some rows; personal, and not shown: email').waitFor()
  await page.getByRole('table', { name: 'Rows of people' }).waitFor()
  expect(came.length).toBeGreaterThan(1)
  expect(came.join('')).not.toContain('@example.org')

  await page.goto(`${url}/tables/nobody`)
  await page.getByRole('alert').waitFor()
})

test.skipIf(noChromium)('by keyboard: a skip link, a search, and a way to each page', async () => {
  const { url } = await servedShop()
  const page = await openPage({ viewport: { width: 390, height: 844 } })
  await page.goto(`${url}/tables`)
  await page.getByRole('row', { name: 'people' }).waitFor()
  await page.keyboard.press('Tab')
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the page')
  await page.keyboard.press('/')
  await page.keyboard.type('peo')
  await expect.poll(() => page.locator('tbody tr').count()).toBe(1)
  expect(page.url()).toContain('?find=peo')
  await page.keyboard.press('Escape')
  await page.locator('main').focus()
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor()
  expect(await barriers(page)).toEqual([])
  await page.keyboard.press('Escape')
  await page.keyboard.press('g')
  await page.keyboard.press('l')
  await page.getByRole('heading', { name: 'Ledger' }).waitFor()
})

test.skipIf(noChromium)(
  'a table of many rows is drawn as far as it is in sight, and many rejects come a page at a time',
  async () => {
    const { url, send, live } = await servedShop()
    const many = Array.from({ length: 3_000 }, (_, at) => ({
      id: `m${at}`,
      kind: 'view',
      price: at < 260 ? '-1' : '1',
    }))
    await send('events', many)
    await live.flush()
    const page = await openPage()
    await page.goto(`${url}/tables/events?tab=preview`)
    await page.getByLabel('Show').selectOption('10000')
    const table = page.getByRole('table', { name: 'Rows of events' })
    await expect.poll(() => table.getAttribute('aria-rowcount')).toBe('2744')
    expect(await table.locator('[data-row]').count()).toBeLessThan(200)
    await page.getByText('so many rows do not follow by themselves').waitFor()
    await send('events', [{ id: 'late', kind: 'view', price: '1' }])
    await page.getByRole('button', { name: 'Ask again' }).click()
    await expect.poll(() => table.getAttribute('aria-rowcount')).toBe('2745')
    await page.getByLabel('Show').selectOption('50')
    await expect.poll(() => table.getAttribute('aria-rowcount')).toBe('51')
    expect(await page.getByRole('button', { name: 'Ask again' }).count()).toBe(0)
    await page.goto(`${url}/rejects`)
    await page.getByText('261 open rejects, the newest 200 of them here').waitFor()
    await page.getByRole('button', { name: 'Older rejects' }).click()
    await page.getByText('261 open rejects', { exact: true }).waitFor()
    expect(await page.getByRole('button', { name: 'Older rejects' }).count()).toBe(0)
  },
)
