import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { noChromium } from './chromium.ts'
import { openPage } from './faultless-page.ts'
import { runningShop } from './running-shop.ts'
import { type Frame, frameOf, numberIn } from './shown-numbers.ts'
import { Visitors } from './visitors.ts'

/** `promptShare`: of the frames, those that are to be no more than a second behind; the machine may do other things too. */
const sizes =
  process.env['MILLRACE_LONG'] === '1'
    ? { seconds: 300, frames: 300, perSecond: 1000, promptShare: 1 }
    : { seconds: 20, frames: 30, perSecond: 200, promptShare: 0.1 }

test.skipIf(noChromium)(
  'while events come, every frame adds up, and no number is more than a second behind what was acknowledged',
  async () => {
    const { url } = await runningShop()
    const page = await openPage()
    await page.goto(`${url}/dashboards/shop/general?period=all+time`)
    await expect.poll(async () => numberIn(await frameOf(page), 'operations'), { timeout: 30_000 }).toBeGreaterThan(0)
    const before = numberIn(await frameOf(page), 'operations')
    const visitors = new Visitors(url)
    const state = { over: false }
    const going = visitors.goOn(sizes.perSecond, () => state.over)
    const frames: (Frame & { readonly sent: number })[] = []
    while (frames.length < sizes.frames) {
      await setTimeout((1000 * sizes.seconds) / sizes.frames)
      const frame = await frameOf(page)
      frames.push({ ...frame, sent: visitors.sent })
    }
    state.over = true
    await going

    const torn = frames.filter((frame) => {
      const [all = 0, ...parts] = ['operations', 'views', 'carts', 'purchases'].map((id) => numberIn(frame, id))
      return all !== parts.reduce((sum, each) => sum + each, 0)
    })
    expect(torn).toEqual([])
    expect(frames.filter((frame) => numberIn(frame, 'operations') > before + frame.sent)).toEqual([])
    // since when there was more than what stood there
    const behindMs = frames.map((frame) => visitors.beyond(numberIn(frame, 'operations') - before, frame.atMs))
    const prompt = behindMs.toSorted((a, b) => a - b)[Math.ceil(frames.length * sizes.promptShare) - 1]
    expect(prompt, behindMs.join(' ')).toBeLessThanOrEqual(1000)
    // the page did move, and has all in the end
    expect(new Set(frames.map((frame) => numberIn(frame, 'operations'))).size).toBeGreaterThan(frames.length / 4)
    await expect
      .poll(async () => numberIn(await frameOf(page), 'operations'), { timeout: 60_000 })
      .toBe(before + visitors.acknowledged)
    const { view, cart, purchase } = visitors.byKind
    expect(view + cart + purchase).toBe(visitors.acknowledged)
  },
  sizes.seconds * 1000 + 300_000,
)
