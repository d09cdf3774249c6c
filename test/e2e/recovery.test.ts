import { setTimeout } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { noChromium } from './chromium.ts'
import { openPage } from './faultless-page.ts'
import { runningShop } from './running-shop.ts'
import { frameOf, numberIn } from './shown-numbers.ts'
import { Visitors } from './visitors.ts'

const gone = { expected: /ERR_(CONNECTION|EMPTY_RESPONSE|INCOMPLETE|SOCKET|NETWORK)|status of 503/ }
const board = '/dashboards/shop/general?period=all+time'
const shown = async (page: Page) => numberIn(await frameOf(page), 'operations')
const freshness = (page: Page) =>
  page.getByRole('region', { name: 'Operations', exact: true }).locator('[data-tone]').getAttribute('data-tone')

/** Waits for a number on the page, whose tile calls itself fresh then. */
async function showsFresh(page: Page, number: number): Promise<void> {
  await expect.poll(() => shown(page), { timeout: 60_000 }).toBe(number)
  await expect.poll(() => freshness(page), { timeout: 30_000 }).toBe('fresh')
}

/** A shop that runs, and its dashboard once it shows something. */
async function openShop() {
  const shop = await runningShop()
  const page = await openPage({}, gone)
  await page.goto(shop.url + board)
  await page.getByText('Live', { exact: true }).waitFor()
  await expect.poll(() => shown(page), { timeout: 30_000 }).toBeGreaterThan(0)
  return { shop, page }
}

test.skipIf(noChromium)(
  'a dashboard whose server is killed says when it was last seen, calls nothing fresh, and goes on by itself when it is back',
  async () => {
    const { shop, page } = await openShop()
    await page.evaluate('globalThis.sameDocument = true')
    const visitors = new Visitors(shop.url)
    const before = await shown(page)
    await visitors.do(10)
    await showsFresh(page, before + 10)

    await shop.killed(async () => {
      await page
        .getByRole('status')
        .getByText(/^Last seen \d\d:\d\d:\d\d$/)
        .waitFor()
      expect(await page.locator('main').getAttribute('data-phase')).toBe('stale')
      // what is greyed out looks so, and every tile says of when it is
      expect(await page.locator('main').evaluate('getComputedStyle(document.querySelector("main")).filter')).not.toBe(
        'none',
      )
      const tones = await page.evaluate<string[]>(
        '[...new Set([...document.querySelectorAll("section [data-tone]")].map((each) => each.dataset.tone))]',
      )
      expect(tones).toEqual(['lost'])
      expect(await shown(page)).toBe(before + 10)
    })
    await visitors.do(5)
    await showsFresh(page, before + 15)
    await page.getByText('Live', { exact: true }).waitFor()
    expect(await page.evaluate('globalThis.sameDocument')).toBe(true)
  },
  300_000,
)

/** Of the page's own browser. */
async function processesOf(page: Page): Promise<readonly number[]> {
  const devtools = await page.context().browser()?.newBrowserCDPSession()
  const { processInfo } = (await devtools?.send('SystemInfo.getProcessInfo')) ?? { processInfo: [] }
  return processInfo.map(({ id }) => id)
}

function wake(processes: readonly number[]): void {
  for (const id of processes) {
    try {
      process.kill(id, 'SIGCONT')
    } catch {
      // it has ended
    }
  }
}

/** Writes down, frame by frame, a number and how fresh it calls itself; what wakes has a second to look at its clock. */
const watchTones = `{
  globalThis.said = new Set()
  const tile = document.querySelector('section[aria-labelledby="tile-operations"]')
  const look = () => {
    const number = /: ([\\d,]+)/.exec(tile.querySelector('button:not([aria-label])').textContent)[1].replaceAll(',', '')
    said.add(number + ' ' + tile.querySelector('[data-tone]').dataset.tone)
    requestAnimationFrame(look)
  }
  setTimeout(look, 1000)
}`

test.skipIf(noChromium)(
  'a laptop that has slept shows what happened meanwhile when it wakes, and calls nothing fresh before',
  async () => {
    const { shop, page } = await openShop()
    const before = await shown(page)
    const asleep = await processesOf(page)
    for (const id of asleep) process.kill(id, 'SIGSTOP')
    onTestFinished(() => void wake(asleep))
    const visitors = new Visitors(shop.url)
    await visitors.do(10)
    const awake = await openPage({}, gone)
    await awake.goto(shop.url + board)
    await showsFresh(awake, before + 10)
    // longer than a server says nothing
    await setTimeout(15_000)
    wake(asleep)
    await page.evaluate(watchTones)
    await showsFresh(page, before + 10)
    // each number, and what was said of it
    const said = () => page.evaluate<readonly string[]>('[...said]')
    await expect.poll(said, { timeout: 60_000 }).toContain(`${before + 10} fresh`)
    expect(await said()).not.toContain(`${before} fresh`)
  },
  300_000,
)
