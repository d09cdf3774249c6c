import { expect, test } from 'vitest'
import { noChromium } from './chromium.ts'
import { barriers, openPage } from './faultless-page.ts'
import { servedShop } from './served-shop.ts'

test.skipIf(noChromium)('streams tell how far they are, and their events appear as they come', async () => {
  const { url, send, live } = await servedShop()
  const page = await openPage()
  await page.goto(`${url}/streams`)
  await page.getByRole('row', { name: /^events/ }).waitFor()
  expect(await barriers(page)).toEqual([])
  await page.getByRole('link', { name: 'events', exact: true }).click()
  await page.getByRole('heading', { name: 'events' }).waitFor()
  await send('events', [{ id: 'e', kind: 'cart', price: '12345.60' }])
  const lines = page.getByRole('listitem').filter({ hasText: 'kind cart price 12345.60' })
  await lines.first().waitFor()
  expect(await barriers(page)).toEqual([])
  await lines.first().locator('summary').click()
  await page.getByText('"price": "12345.60"').waitFor()

  await page.getByRole('button', { name: 'Pause' }).click()
  await send('events', [{ id: 'f', kind: 'view', price: '777.70' }])
  await page.getByText('Paused; 1 have come since').waitFor()
  expect(await page.getByText('777.70').count()).toBe(0)
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByText('777.70').waitFor()

  // what a rule refuses is said not to be in the table
  const fact = (name: string) => page.getByRole('term').filter({ hasText: name }).locator('+ dd').innerText()
  const said = async () => [
    await fact('Accepted'),
    await fact('Stored in the table'),
    await fact('Rejected by a rule'),
    await fact('Waiting for the table'),
    await fact('Records waiting, rejects too'),
  ]
  await expect.poll(said, { timeout: 30_000 }).toEqual(['6', '3', '1', '2', '2 of at most 2,000,000'])
  await live.flush()
  await expect.poll(said, { timeout: 30_000 }).toEqual(['6', '5', '1', '0', '0 of at most 2,000,000'])

  await page.getByRole('link', { name: 'Contract' }).click()
  await page.getByText('price_not_negative').waitFor()
  expect(await barriers(page)).toEqual([])
  await page.getByRole('link', { name: 'Send' }).click()
  await page.getByText(`curl ${url}/v1/streams/events`).waitFor()
  expect(await barriers(page)).toEqual([])
})

test.skipIf(noChromium)(
  'a reject is mended, previewed and sent again; others are discarded with a reason',
  async () => {
    const { url, send, call } = await servedShop()
    await send('events', [
      { id: 'x', price: 'dear' },
      { id: 'y', price: 'cheap' },
    ])
    const page = await openPage()
    await page.goto(`${url}/rejects?table=events`)
    const group = page.getByRole('region', { name: /^events: (?!breaks)/ })
    await group.getByRole('button', { name: 'Show' }).click()
    expect(await barriers(page)).toEqual([])
    const row = group.getByRole('listitem').filter({ hasText: '"dear"' })
    expect(await row.locator('mark').innerText()).toBe('"dear"')
    await row.getByRole('button', { name: 'Mend' }).click()
    const dialog = page.getByRole('dialog')
    const text = dialog.getByRole('textbox')
    await text.fill('{"id":"x","price":"-5"}')
    await dialog.getByRole('button', { name: 'Preview' }).click()
    await dialog.getByText(/stays a reject/).waitFor()
    expect(await dialog.getByRole('button', { name: 'Send it' }).isDisabled()).toBe(true)
    await text.fill('{"id":"x","price":"5"}')
    await dialog.getByRole('button', { name: 'Preview' }).click()
    await dialog.getByText('1 event would be taken, 0 not').waitFor()
    expect(await barriers(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Send it' }).click()
    await dialog.getByText('1 event taken, 0 not').waitFor()
    await dialog.getByRole('button', { name: 'Close' }).click()
    await expect.poll(() => page.getByText('"dear"').count()).toBe(0)

    await group.getByRole('button', { name: 'Send all again' }).click()
    await dialog.getByText('0 events would be taken, 1 not').waitFor()
    await dialog.getByRole('button', { name: 'Close' }).click()
    await group.getByRole('button', { name: 'Discard all' }).click()
    await dialog.getByLabel(/^Why/).fill('a trial')
    await dialog.getByRole('button', { name: 'Discard', exact: true }).click()
    await dialog.getByText('1 event given up, 0 not').waitFor()

    const rows = (await call('/v1/rejects?table=events')).json.rejects as { raw: string; state: string }[]
    const states = rows.map(({ raw, state }) => [JSON.parse(raw).id, state]).toSorted()
    expect(states).toEqual([
      ['d', 'open'],
      ['x', 'mended'],
      ['y', 'discarded'],
    ])
    const asked = JSON.stringify({ sql: "SELECT price FROM events WHERE id = 'x'", quote64: true })
    expect((await call('/v1/query', { method: 'POST', body: asked })).json.rows).toEqual([['5.00']])
  },
)
