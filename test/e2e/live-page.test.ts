import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { noChromium } from './chromium.ts'
import { openPage } from './faultless-page.ts'
import { servedShop } from './served-shop.ts'

/** A way to a server that can be cut, and that counts who listens for changes. */
async function cuttableWay(target: string) {
  const state = { cut: false, listening: 0, most: 0 }
  const way = createServer((asked, answer) => {
    if (state.cut) return void answer.destroy()
    const isListening = asked.url === '/v1/changes'
    if (isListening) state.most = Math.max(state.most, ++state.listening)
    const { method, headers } = asked
    const passed = request(target + asked.url, { method, headers }, (got) => {
      answer.writeHead(got.statusCode ?? 0, got.headers)
      got.pipe(answer)
    })
    passed.on('error', () => answer.destroy())
    answer.on('close', () => {
      passed.destroy()
      if (isListening) state.listening--
    })
    asked.pipe(passed)
  })
  await new Promise<void>((resolve) => way.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    way.closeAllConnections()
    way.close()
  })
  const cut = () => {
    state.cut = true
    way.closeAllConnections()
  }
  const mend = () => {
    state.cut = false
  }
  return { url: `http://127.0.0.1:${(way.address() as AddressInfo).port}`, state, cut, mend }
}

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
