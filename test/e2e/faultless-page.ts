import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults, RunOptions } from 'axe-core'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { openChromium } from './chromium.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What the page has once it is looked at. */
declare const window: { axe: { run(options: RunOptions): Promise<AxeResults> } }

interface Faults {
  /** What the test itself brings about. */
  readonly expected?: RegExp
}

/** A page of a new browser. After the test there is to be no error of it, and nothing that its policy has refused. */
export async function openPage(options: BrowserContextOptions = {}, { expected }: Faults = {}): Promise<Page> {
  const browser = await openChromium()
  const context = await browser.newContext({ ...options, viewport: options.viewport ?? { width: 1280, height: 800 } })
  const page = await context.newPage()
  // others may use the machine
  page.setDefaultTimeout(120_000)
  const faults: string[] = []
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    if (!expected?.test(message.text())) faults.push(message.text())
  })
  page.on('pageerror', (error) => void faults.push(String(error)))
  onTestFinished(() => expect(faults).toEqual([]))
  return page
}

/** What axe finds that keeps somebody from using the page. */
export async function barriers(page: Page): Promise<readonly string[]> {
  // between two colours there is a third, which nobody has to read
  await page.evaluate(`Promise.allSettled(document.getAnimations()
    .filter(({ effect }) => effect.getComputedTiming().iterations !== Infinity)
    .map(({ finished }) => finished)).then(() => null)`)
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() =>
    window.axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }),
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
    )
}
