import { expect, test } from 'vitest'
import { noChromium } from './chromium.ts'
import { cuttableWay } from './cuttable-way.ts'
import { openPage } from './faultless-page.ts'
import { servedShop } from './served-shop.ts'

test.skipIf(noChromium)(
  'what moves is on ten tabs at once, over one connection that the next tab takes over from the one that is closed',
  async () => {
    const { url: target, send, live } = await servedShop()
    const { url, state } = await cuttableWay(target)
    const first = await openPage()
    const tabs = [first]
    while (tabs.length < 10) tabs.push(await first.context().newPage())
    for (const tab of tabs) {
      await tab.goto(`${url}/tables`)
      await tab.getByText('Live', { exact: true }).waitFor()
    }
    const isOnAll = async (rows: number) => {
      for (const tab of tabs) await tab.getByRole('row', { name: `events stream ${rows} ` }).waitFor()
    }
    await isOnAll(3)
    await send('events', [{ id: 'e', price: 1 }])
    await live.flush()
    await isOnAll(4)
    expect([state.listening, state.most]).toEqual([1, 1])

    await tabs.shift()?.close()
    await send('events', [{ id: 'f', price: 1 }])
    await live.flush()
    await isOnAll(5)
    // that the other end has gone may be seen a moment after the next one has come
    await expect.poll(() => state.listening).toBe(1)
  },
)

test.skipIf(noChromium)(
  'a page that has lost the server says so and when it was last seen, and recovers by itself',
  async () => {
    const { url: target, send, live } = await servedShop()
    const { url, cut, mend } = await cuttableWay(target)
    // that a request fails is told by the browser itself
    const page = await openPage({}, { expected: /ERR_EMPTY_RESPONSE|ERR_CONNECTION|ERR_INCOMPLETE|ERR_SOCKET/ })
    await page.goto(`${url}/tables`)
    await page.getByText('Live', { exact: true }).waitFor()
    cut()
    await page.getByText(/^Last seen \d\d:\d\d:\d\d$/).waitFor()
    expect(await page.locator('main').getAttribute('data-phase')).toBe('stale')
    await send('events', [{ id: 'e', price: 1 }])
    await live.flush()
    // what was known stays to be read
    await page.getByRole('row', { name: 'events stream 3 ' }).waitFor()
    mend()
    await page.getByText('Live', { exact: true }).waitFor()
    await page.getByRole('row', { name: 'events stream 4 ' }).waitFor()
  },
)
