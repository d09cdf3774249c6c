import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { noChromium } from './chromium.ts'
import { barriers, openPage } from './faultless-page.ts'
import { servedShop } from './served-shop.ts'

async function write(page: Page, sql: string): Promise<void> {
  await page.getByRole('textbox', { name: 'SQL' }).click()
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText(sql)
}

const cells = (page: Page) => page.getByRole('table', { name: 'Result' }).locator('[data-row]').allInnerTexts()

test.skipIf(noChromium)(
  'a question is asked by key, answered with every digit and its types, sorted, linked to, and remembered',
  async () => {
    const { url } = await servedShop()
    const page = await openPage()
    await page.goto(`${url}/query`)
    await write(page, 'SELECT n, 9007199254740990 + n AS big, NULL AS nothing FROM generate_series(1, 10000) t(n)')
    await page.keyboard.press('Control+Enter')
    await page.getByText('10,000 rows', { exact: true }).waitFor()
    expect((await cells(page))[0]).toBe('1\t9007199254740991\tnull')
    expect(await page.getByRole('columnheader').allInnerTexts()).toEqual(
      expect.arrayContaining([expect.stringContaining('bigint')]),
    )
    expect(await page.locator('[data-row]').count()).toBeLessThan(200)
    await page.getByRole('button', { name: 'big' }).click()
    await expect.poll(async () => (await cells(page))[0]).toBe('10000\t9007199254750990\tnull')
    await page
      .getByRole('region', { name: 'Result, scrolled' })
      .evaluate('document.querySelector("[aria-label=\'Result, scrolled\']").scrollTop = 1e9')
    await expect.poll(async () => (await cells(page)).at(-1)).toBe('1\t9007199254740991\tnull')
    expect(await barriers(page)).toEqual([])

    expect(new URL(page.url()).searchParams.get('sql')).toContain('generate_series')
    await write(page, 'SELECT 7 AS seven')
    await page.getByRole('button', { name: 'Run' }).click()
    await page.getByText('1 row', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'History' }).click()
    await expect.poll(() => page.getByRole('dialog', { name: 'History' }).getByRole('listitem').count()).toBe(2)
    await page.getByRole('button', { name: /generate_series/ }).click()
    expect(await page.getByRole('textbox', { name: 'SQL' }).innerText()).toContain('generate_series')
  },
)

test.skipIf(noChromium)('a link brings its question along, and runs nothing by itself', async () => {
  const { url } = await servedShop()
  const page = await openPage()
  let asked = 0
  page.on('request', (request) => {
    if (request.url().endsWith('/v1/query')) asked++
  })
  await page.goto(`${url}/query?sql=${encodeURIComponent('SELECT id, price FROM events ORDER BY id')}`)
  await page.getByRole('textbox', { name: 'SQL' }).waitFor()
  expect(await page.getByRole('textbox', { name: 'SQL' }).innerText()).toBe('SELECT id, price FROM events ORDER BY id')
  await page.getByText('Nothing was asked yet.').waitFor()
  expect(asked).toBe(0)
  await page.getByRole('button', { name: 'Run' }).click()
  await page.getByRole('table', { name: 'Result' }).waitFor()
  expect(await cells(page)).toEqual(['a\t9.90', 'b\t9.90', 'c\t9.90'])
  await page.getByText(/events version 1, all before offset 4/).waitFor()
})

test.skipIf(noChromium)('what is wrong is said and marked where it is, with what to do', async () => {
  const { url } = await servedShop()
  const page = await openPage({}, { expected: /status of 400/ })
  await page.goto(`${url}/query`)
  await write(page, 'SELECT id,\n  prise\nFROM events')
  await page.keyboard.press('Control+Enter')
  await page.getByRole('alert').getByText('Line 2, column 3:').waitFor()
  expect(await page.getByRole('alert').innerText()).toMatch(/prise[\s\S]*price[\s\S]*SQL_INVALID/)
  expect(await page.locator('.cm-lintRange-error').innerText()).toBe('prise')
  expect(await barriers(page)).toEqual([])
})

test.skipIf(noChromium)(
  'names of the project are offered while one types, and letters there are no shortcuts',
  async () => {
    const { url } = await servedShop()
    const page = await openPage()
    await page.goto(`${url}/query`)
    await write(page, 'SELECT  FROM events')
    for (let step = 0; step < ' FROM events'.length; step++) await page.keyboard.press('ArrowLeft')
    await page.keyboard.type('pri')
    await page.getByRole('option', { name: /price/ }).waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.type(' gl?')
    expect(new URL(page.url()).pathname).toBe('/query')
    expect(await page.getByRole('textbox', { name: 'SQL' }).innerText()).toBe('SELECT pri gl? FROM events')
  },
)

test.skipIf(noChromium)('a slow question is cancelled, and the server stops it', async () => {
  const { url, live } = await servedShop()
  const ended: unknown[] = []
  const catalog = live.catalog.bind(live)
  live.catalog = (context) => {
    context.signal?.addEventListener('abort', () => ended.push(context.signal?.reason))
    return catalog(context)
  }
  const page = await openPage()
  await page.goto(`${url}/query`)
  await write(
    page,
    'SELECT count(*) FROM generate_series(1, 10000000) a, generate_series(1, 10000000) b WHERE (a.generate_series * b.generate_series) % 7 = 3',
  )
  await page.keyboard.press('Control+Enter')
  await page.getByText(/^Asking/).waitFor()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByText('Cancelled.').waitFor()
  await expect.poll(() => ended).toMatchObject([{ code: 'CLIENT_GONE' }])
  await write(page, 'SELECT 7 AS seven')
  await page.keyboard.press('Control+Enter')
  await page.getByText('1 row', { exact: true }).waitFor()
})

test.skipIf(noChromium)('rows are taken along as CSV and NDJSON, and no field is a formula', async () => {
  const { url } = await servedShop()
  const page = await openPage()
  await page.goto(`${url}/query`)
  await write(page, `SELECT '=1+1' AS text, 9007199254740993 AS big`)
  await page.keyboard.press('Control+Enter')
  const saved = async (name: string) => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()])
    return [download.suggestedFilename(), await readFile(await download.path(), 'utf8')]
  }
  expect(await saved('Save CSV')).toEqual(['query.csv', "text,big\r\n'=1+1,9007199254740993\r\n"])
  expect(await saved('Save NDJSON')).toEqual(['query.ndjson', '{"text":"=1+1","big":9007199254740993}\n'])
})

test.skipIf(noChromium)(
  'an answer is shown as a chart, which stands in the address, and is kept as a tile',
  async () => {
    const { url } = await servedShop()
    const page = await openPage()
    const sql = 'SELECT kind, count(*) AS n FROM events GROUP BY kind ORDER BY n DESC'
    await page.goto(`${url}/query?sql=${encodeURIComponent(sql)}`)
    await page.getByRole('button', { name: 'Run' }).click()
    await page.getByRole('img', { name: 'bar of 3 rows' }).locator('canvas').waitFor()
    const kinds = page.getByRole('group', { name: 'Show as' })
    expect(await kinds.getByRole('button').allInnerTexts()).toEqual(['Table', 'Bar', 'Pie'])
    expect(await barriers(page)).toEqual([])
    await kinds.getByRole('button', { name: 'Pie' }).click()
    await page.getByRole('img', { name: 'pie of 3 rows' }).waitFor()
    expect(new URL(page.url()).searchParams.get('show')).toBe('pie')
    await page.reload()
    await page.getByRole('button', { name: 'Run' }).click()
    await page.getByRole('img', { name: 'pie of 3 rows' }).waitFor()
    await page.getByRole('button', { name: 'Keep as tile' }).click()
    expect(await page.getByRole('dialog', { name: 'Keep as tile' }).innerText()).toMatch(
      /- id: n_by_kind[\s\S]*chart: pie[\s\S]*label: kind[\s\S]*GROUP BY kind/,
    )
    expect(await barriers(page)).toEqual([])
    await page.keyboard.press('Escape')
    await kinds.getByRole('button', { name: 'Table' }).click()
    expect((await cells(page)).length).toBe(3)
  },
)

test.skipIf(noChromium)('the day of a chart that is not over is marked, and said to be so far', async () => {
  const { url, send } = await servedShop()
  const dayMs = 24 * 3_600_000
  const at = (ms: number) => new Date(ms).toISOString()
  await send(
    'events',
    [0, 1].map((days) => ({ id: `day ${days}`, at: at(Date.now() - days * dayMs), price: '1.00' })),
  )
  const page = await openPage()
  const ask = async (sql: string) => {
    await page.goto(`${url}/query?sql=${encodeURIComponent(sql)}`)
    await page.getByRole('button', { name: 'Run' }).click()
  }
  await ask(`SELECT date_trunc('day', "at") AS day, count(*) AS n FROM events GROUP BY day ORDER BY day`)
  await page.getByRole('img', { name: /^line of 3 rows; .*, so far$/ }).waitFor()
  await ask(`SELECT date_trunc('day', "at") AS day, count(*) AS n FROM events WHERE "at" < today() GROUP BY day`)
  await page.getByRole('img', { name: 'line of 2 rows', exact: true }).waitFor()
})
