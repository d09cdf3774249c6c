import { expect, test } from 'vitest'
import { noChromium } from './chromium.ts'
import { barriers, openPage } from './faultless-page.ts'
import { servedShop } from './served-shop.ts'

test.skipIf(noChromium)('the ledger shows where every event is, follows what comes, and closes', async () => {
  const { url, send } = await servedShop()
  const page = await openPage()
  await page.goto(`${url}/ledger`)
  await page.getByText('It closes.').waitFor()
  const events = page.getByRole('region', { name: 'stream of events' })
  expect((await events.innerText()).replaceAll(/\s+/g, ' ')).toMatch(
    /What came 4 received = is 4 accepted \+ 0 duplicate \+ 0 rejected What became of it 4 accepted =/,
  )
  expect(await barriers(page)).toEqual([])
  // one new, one that is there already, one that is no event
  await send('events', [
    { id: 'e', price: 1 },
    { id: 'e', price: 1 },
    { id: 'x', price: 'much' },
  ])
  await expect
    .poll(async () => (await events.innerText()).replaceAll(/\s+/g, ' '), { timeout: 30_000 })
    .toMatch(/What came 7 received = is 5 accepted \+ 1 duplicate \+ 1 rejected/)
  await page.getByText('It closes.').waitFor()
})
