import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { noChromium, openChromium } from './chromium.ts'
import { difference } from './same-picture.ts'
import { servedDashboard } from './served-dashboard.ts'
import { standingPages } from './standing-pages.ts'
import { webpOf } from './webp.ts'

/*
 * How pages look, kept so that a change has to explain itself. A picture that is another fails; what is seen and where it
 * differs are then in a folder of this machine, and `npm run test:keep` takes the new ones for right.
 */
const kept = join(import.meta.dirname, 'kept')
const elsewhere = join(tmpdir(), 'millrace-pages')
const isKeeping = process.env['MILLRACE_KEEP'] === '1'
const quality = 42
const nowMs = Date.UTC(2026, 10, 20, 18, 30)

const pages = [
  { name: 'dashboard', path: '/dashboards/shop/general', has: 'Operations over time' },
  { name: 'table', path: '/tables/events', has: 'Partitioned by' },
  { name: 'query', path: '/query', has: 'Run' },
  { name: 'stream', path: '/streams/events', has: 'The newest events' },
  { name: 'rejects', path: '/rejects', has: 'known_type' },
  { name: 'ledger', path: '/ledger', has: 'It closes.' },
  { name: 'models', path: '/models', has: 'operations_by_minute' },
] as const

/** How a page is looked at. */
interface Way {
  readonly colorScheme: 'light' | 'dark'
  readonly width: number
}

const ways = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [390, 1280, 2560].map((width): Way => ({ colorScheme, width })),
)

async function turn(page: Page, { colorScheme, width }: Way): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
  await page.setViewportSize({ width, height: width === 390 ? 844 : Math.round(width * 0.5625) })
}

/** Nothing moves, and no caret blinks, the editor’s own neither. */
const still = `.cm-cursorLayer { visibility: hidden !important }
*, *::before, *::after { animation: none !important; transition: none !important; caret-color: transparent !important }`

async function settled(page: Page, has: string): Promise<void> {
  await page.getByText(has).filter({ visible: true }).first().waitFor()
  await page.evaluate('document.fonts.ready')
  await page.waitForLoadState('networkidle')
  // the page’s policy takes no styles but its own, and those of objects; the editor is in a shadow
  await page.evaluate(`{
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(${JSON.stringify(still)})
    const shadows = [...document.querySelectorAll('*')].flatMap(({ shadowRoot }) => shadowRoot ?? [])
    for (const root of [document, ...shadows]) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
  }`)
  // charts are drawn when their code is there: until two looks are the same
  let before: Buffer | undefined
  await expect
    .poll(
      async () => {
        const [last, now] = [before, await webpOf(page, 60)]
        before = now
        return last?.equals(now)
      },
      { timeout: 60_000, interval: 400 },
    )
    .toBe(true)
}

/** How wide letters are, those among them that the page's own fonts lack: these are of the machine. */
async function lettersOf(page: Page): Promise<string> {
  const widths = await page.evaluate(`Promise.all(['--sans', '--mono'].map(async (family) => {
    const font = '100px ' + getComputedStyle(document.documentElement).getPropertyValue(family)
    await document.fonts.load(font)
    const pen = document.createElement('canvas').getContext('2d')
    pen.font = font
    return ['Operations, 0123456789', '▲▼●◆→↓✓✕○■'].map((text) => pen.measureText(text).width.toFixed(1)).join(' ')
  })).then((all) => all.join(' '))`)
  return String(widths)
}

test.skipIf(noChromium)('every page looks as it did, on a phone, a desk and a wall, by day and by night', async () => {
  const { url, send, live } = await servedDashboard(() => nowMs)
  const refund = { event_id: '00000000-0000-4000-8000-00000000dead', event_type: 'refund', product_id: 1, user_id: 2 }
  await send([{ ...refund, event_time: new Date(nowMs).toISOString() }])
  // or it would happen while they are looked at
  await live.flush()
  const browser = await openChromium()
  const context = await browser.newContext()
  await context.clock.setFixedTime(nowMs)
  const page = await context.newPage()
  await page.goto(url)
  const made = { chromium: browser.version(), letters: await lettersOf(page) }
  const madeFile = join(kept, 'made-with.json')
  const known = existsSync(madeFile) ? JSON.parse(readFileSync(madeFile, 'utf8')) : made
  // another Chromium, or one with other fonts, draws letters a little otherwise
  const most = isDeepStrictEqual(known, made) ? 0.0005 : 0.02
  const blank = await (await browser.newContext()).newPage()
  const others: string[] = []
  mkdirSync(isKeeping ? kept : elsewhere, { recursive: true })
  const look = async (name: string, { colorScheme, width }: Way): Promise<void> => {
    const seen = await webpOf(page, quality, width === 2560 ? 0.5 : 1)
    const file = `${name}-${width}-${colorScheme}`
    const picture = join(kept, `${file}.webp`)
    if (isKeeping) return writeFileSync(picture, seen)
    if (!existsSync(picture)) return void others.push(`${file}: none is kept`)
    const { share, png } = await difference(blank, readFileSync(picture), seen)
    if (share <= most) return
    writeFileSync(join(elsewhere, `${file}.webp`), seen)
    writeFileSync(join(elsewhere, `${file}-difference.png`), png)
    others.push(`${file}: ${(share * 100).toFixed(2)}% of its pixels`)
  }
  for (const way of ways) {
    await turn(page, way)
    for (const { name, path, has } of pages) {
      await page.goto(url + path)
      await page.getByText('Live', { exact: true }).waitFor()
      await settled(page, has)
      await look(name, way)
    }
  }
  for (const { name, has, anew, open } of standingPages) {
    for (const [at, way] of ways.entries()) {
      await turn(page, way)
      if (at === 0 || anew) await open(page, url)
      await settled(page, has)
      await look(name, way)
    }
  }
  if (isKeeping) writeFileSync(madeFile, `{ "chromium": "${made.chromium}", "letters": "${made.letters}" }\n`)
  const told = others.length > 0 ? `they are in ${elsewhere}; if they are right: npm run test:keep` : ''
  expect(others, told).toEqual([])
})
