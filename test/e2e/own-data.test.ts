import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { noChromium } from './chromium.ts'
import { barriers, openPage } from './faultless-page.ts'
import { servedShop } from './served-shop.ts'

/** What pages have for what is dragged. */
declare const DataTransfer: new () => { readonly items: { add(file: File): void } }

const sales = (bad: number): string =>
  `ordered_at,country,total_usd\n${Array.from({ length: 400 }, (_, at) => {
    const day = new Date(Date.UTC(2025, 0, 1 + Math.floor(at / 4))).toISOString().slice(0, 10)
    return `${day} 10:00:00,${['Peru', 'Chile', 'Spain'][at % 3]},${at}.50\n`
  }).join('')}${'2025-02-30 10:00:00,Peru,1.00\n'.repeat(bad)}`

/** Drags a file from elsewhere over the page, and lets it fall. */
async function drop(page: Page, name: string, text: string): Promise<void> {
  const data = await page.evaluateHandle(
    ([file, content]) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([content as string], file as string, { type: 'text/csv' }))
      return transfer
    },
    [name, text],
  )
  await page.dispatchEvent('body', 'dragenter', { dataTransfer: data })
  await page.getByText('Drop it').waitFor()
  await page.dispatchEvent('body', 'drop', { dataTransfer: data })
}

test.skipIf(noChromium)(
  'a file that is dropped on any page is looked at, loaded, and ends on its dashboard',
  async () => {
    const { url, project } = await servedShop()
    const page = await openPage({}, { expected: /status of 409/ })
    await page.goto(`${url}/tables`)
    await page.getByRole('row', { name: 'events' }).waitFor()
    await drop(page, 'My sales.csv', sales(0))
    const columns = page.getByRole('table', { name: 'Columns' }).locator('tbody tr')
    await columns.first().waitFor()
    expect(await columns.allInnerTexts()).toContain(
      'total_usd\tdecimal(12,2)\t0.50\tnumbers with 2 digits at most after the point',
    )
    expect(await barriers(page)).toEqual([])
    const name = page.getByLabel('Name of the table')
    expect(await name.inputValue()).toBe('my_sales')
    await name.fill('events')
    await page.getByRole('button', { name: 'Make it a table' }).click()
    await page.getByText('there is a stream `events` already').waitFor()
    await name.fill('sales')
    await page.getByRole('button', { name: 'Make it a table' }).click()
    await page.waitForURL(/\/dashboards\/sales/)
    await page.getByRole('heading', { name: 'Sales', exact: true }).waitFor()
    for (const tile of ['Total', 'Total by day', 'Total by country', 'Latest rows'])
      await page.getByRole('heading', { name: tile, exact: true }).waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
    expect(await barriers(page)).toEqual([])
    const { folder } = project.settings
    expect(readFileSync(join(folder, 'millrace.config.ts'), 'utf8')).toContain("from: files('data/My_sales.csv')")
    expect(readFileSync(join(folder, 'dashboards/sales.yaml'), 'utf8')).toContain('title: Sales')
    await page.getByRole('link', { name: 'Tables', exact: true }).click()
    await page.getByRole('row', { name: 'sales' }).first().waitFor()
  },
  180_000,
)

test.skipIf(noChromium)(
  'of lines of JSON the columns are shown while the rest is sent; of Parquet it is said why they are not',
  async () => {
    const { url } = await servedShop()
    const page = await openPage({}, { expected: /status of 422/ })
    await page.goto(`${url}/add`)
    let sendOn = () => {}
    /** The parts beyond `bytes` wait for `sendOn`. */
    const hold = async (bytes: number) => {
      const held = new Promise<void>((resolve) => {
        sendOn = resolve
      })
      await page.unroute('**/parts?from=*')
      await page.route('**/parts?from=*', async (route) => {
        if (Number(new URL(route.request().url()).searchParams.get('from')) >= bytes) await held
        await route.continue()
      })
    }
    const choose = (name: string, buffer: Buffer) =>
      page.getByLabel(/(Choose a|Another) file/).setInputFiles({ name, mimeType: '', buffer })
    await hold(1)
    const line = `${JSON.stringify({ at: '2025-01-01T00:00:00Z', word: 'x'.repeat(1000) })}\n`
    await choose('log.ndjson', Buffer.from(line.repeat(9000)))
    await page.getByRole('heading', { name: '2 columns, by its first rows' }).waitFor()
    await page.getByText('8.4 MB of 9.4 MB sent').waitFor()
    expect(await page.getByRole('button', { name: 'Make it a table' }).isDisabled()).toBe(true)
    sendOn()
    await expect.poll(() => page.getByRole('button', { name: 'Make it a table' }).isDisabled()).toBe(false)
    await hold(0)
    await choose('log.parquet', Buffer.from('no Parquet'))
    await page.getByText('A Parquet file tells at its very end what its columns are').waitFor()
    await page.getByText('0 B of 10 B sent').waitFor()
    expect(await barriers(page)).toEqual([])
    sendOn()
    await page.getByRole('alert').getByText('log.parquet').waitFor()
  },
  180_000,
)

test.skipIf(noChromium)(
  'what a file has of bad lines is listed with reason and line, before its dashboard',
  async () => {
    const { url, project } = await servedShop()
    const page = await openPage({}, { expected: /status of (415|422)/ })
    await page.goto(url)
    await page.getByRole('link', { name: 'Your own data' }).click()
    await page.getByText('Drop a file anywhere').waitFor()
    expect(await barriers(page)).toEqual([])
    const choose = (file: string, content: string) =>
      page
        .getByLabel(/(Choose a|Another) file/)
        .setInputFiles({ name: file, mimeType: '', buffer: Buffer.from(content) })
    await choose('sheet.xlsx', 'PK')
    await page.getByText('files that end in .xlsx are not read').waitFor()
    // beyond what is looked at
    const long = `n,word\n${Array.from({ length: 12_000 }, (_, at) => `${at === 11_000 ? 'x' : at},a\n`).join('')}`
    await choose('numbers.csv', long)
    await page.getByRole('button', { name: 'Make it a table' }).click()
    await page.getByRole('heading', { name: '1 line was refused' }).waitFor()
    expect(await page.getByRole('table', { name: 'Rejects' }).locator('tbody tr').allInnerTexts()).toEqual([
      "'x' is not a bigint\tn\t11,002\t1",
    ])
    expect(await barriers(page)).toEqual([])
    await page.getByRole('button', { name: 'Open the dashboard' }).click()
    await page.getByRole('heading', { name: 'Numbers', exact: true }).waitFor()
    // a model that is nobody’s of these keeps theirs from being built
    writeFileSync(join(project.settings.folder, 'models/broken.sql'), 'SELEC 1')
    await page.getByRole('link', { name: 'Your own data' }).click()
    await choose('words.csv', sales(0))
    await page.getByRole('button', { name: 'Make it a table' }).click()
    const told = page.getByRole('alert')
    await told.getByRole('heading', { name: 'but its model was not built' }).waitFor()
    expect(await told.innerText()).toContain('models/broken.sql:1:1')
    expect(await told.innerText()).toContain('mend the SQL at this place')
    expect(await barriers(page)).toEqual([])
    await page.getByRole('button', { name: 'Open the dashboard' }).click()
    await page.getByRole('heading', { name: 'Words', exact: true }).waitFor()
    await page.getByText('models/broken.sql:1:1').first().waitFor()
  },
  180_000,
)
