import type { Browser } from 'playwright-core'
import { webpOf } from '../../test/e2e/webp.ts'
import { animatedWebp, type Frame } from './animated-webp.ts'

const size = { width: 1280, height: 1050 }
/** Of that, what the film has. */
const scale = 0.75
const [everyMs, quality] = [250, 45]

/** The dashboard as it moves, a purchase, and a plug that is pulled. */
export async function film(browser: Browser, url: string): Promise<Buffer> {
  const context = await browser.newContext({ viewport: size, colorScheme: 'light' })
  const page = await context.newPage()
  await page.goto(`${url}/dashboards/shop/general`)
  await page.getByText('Operations by minute').waitFor()
  await page.waitForTimeout(3_000)
  const frames: Frame[] = []
  const record = async (isOver: () => boolean | Promise<boolean>, mostMs: number) => {
    for (let tookMs = 0; tookMs < mostMs && !(await isOver()); tookMs += everyMs) {
      const webp = await webpOf(page, quality, scale)
      const last = frames.at(-1)
      if (last?.webp.equals(webp)) frames.splice(-1, 1, { webp, shownMs: last.shownMs + everyMs })
      else frames.push({ webp, shownMs: everyMs })
      await page.waitForTimeout(everyMs)
    }
  }
  await record(() => false, 2_500)
  await page.getByRole('button', { name: 'Buy it' }).click()
  await record(() => false, 4_000)
  await page.getByRole('button', { name: 'Pull it' }).click()
  await record(() => page.getByText(/nothing lost|does not add up|did not come back/).isVisible(), 12_000)
  await record(() => false, 3_500)
  await context.close()
  return animatedWebp(frames)
}
