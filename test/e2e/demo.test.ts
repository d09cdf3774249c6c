import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { openShop } from '../cli/opened-shop.ts'
import { tempFolder } from '../temp-folder.ts'
import { noChromium } from './chromium.ts'
import { barriers, openPage } from './faultless-page.ts'
import { placePages } from './served-pages.ts'

const times = 10

/** The titles of the tiles that light up now. */
function litTiles(page: Page): Promise<readonly string[]> {
  return page.locator('section[data-lit] h2').allInnerTexts()
}

test.skipIf(noChromium)(
  'whoever sees the demo buys something and sees it come, and pulls the plug: nothing is lost, nothing is twice',
  async () => {
    await placePages()
    const { url } = await openShop(join(await tempFolder(), 'shop'))
    // that a server is gone, or about to start, is told by the browser itself
    const page = await openPage(
      { permissions: ['clipboard-read', 'clipboard-write'] },
      { expected: /ERR_(CONNECTION|EMPTY_RESPONSE|INCOMPLETE|SOCKET)|status of 503/ },
    )
    await page.goto(`${url}/dashboards/shop`)
    const demo = page.getByRole('region', { name: 'Demo' })
    await demo.getByText(/\d accepted/).waitFor()
    expect(await barriers(page)).toEqual([])
    // a wall has room for all of it
    const desk = page.viewportSize() ?? { width: 1280, height: 720 }
    const tabs = page.getByRole('navigation', { name: 'Tabs of Shop' }).getByRole('link')
    const bottomOf = () => page.evaluate<number>('document.documentElement.scrollHeight')
    for (const tab of (await tabs.all()).toReversed()) {
      await tab.click()
      await page.setViewportSize({ width: 2560, height: 1440 })
      await expect.poll(bottomOf, { message: await tab.innerText() }).toBe(1440)
    }
    await page.setViewportSize({ width: 1920, height: 1080 })
    await expect.poll(bottomOf).toBe(1080)
    await page.setViewportSize(desk)

    // seen within a second, unless this machine had other things to do
    const seenMs: number[] = []
    while (seenMs.length < 10 && Math.min(...seenMs) >= 1000) {
      await demo.getByRole('button', { name: 'Buy it' }).click()
      await page.locator('section[data-lit]').first().waitFor()
      const told = await demo.getByText(/Safe on disk and answered after .*, on this page .* later/).innerText()
      const [, after = '', unit] = /on this page ([\d.]+) (m?s) later/.exec(told) ?? []
      seenMs.push(Number(after) * (unit === 's' ? 1000 : 1))
      expect(await litTiles(page)).toEqual(['Operations', 'Revenue', 'Purchases', 'Operations by minute'])
      await expect.poll(() => litTiles(page), { timeout: 30_000 }).toEqual([])
    }
    expect(Math.min(...seenMs)).toBeLessThan(1000)

    // the curl that is shown, as a shell runs it; its tile of another tab lights up too
    await demo.getByRole('button', { name: 'Copy as curl' }).click()
    const curl = await page.evaluate<string>('navigator.clipboard.readText()')
    await page.getByRole('link', { name: 'Revenue', exact: true }).click()
    await page.getByRole('region', { name: 'Departments and brands' }).getByRole('img').waitFor()
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', curl])
    expect(JSON.parse(stdout)).toMatchObject({ accepted: 1, rejected: [] })
    await page.locator('section[data-lit]').first().waitFor()
    expect(await litTiles(page)).toEqual(['Revenue over time', 'Departments and brands', 'Revenue by product'])

    // behind the number its rows, each with its file and line, or its place in the log
    await page.getByRole('link', { name: 'General', exact: true }).click()
    await page.getByRole('region', { name: 'Purchases' }).getByTitle('The rows behind it').click()
    const sheet = page.getByRole('dialog')
    await sheet.getByRole('button', { name: 'Find lines and offsets' }).click()
    await sheet
      .getByText(/^data\/\d{4}-\d\d-\d\d\.csv\.gz:\d+$/)
      .first()
      .waitFor()
    await sheet
      .getByText(/^events at \d+$/)
      .first()
      .waitFor()
    await page.keyboard.press('Escape')

    for (let pull = 1; pull <= times; pull++) {
      await demo.getByRole('button', { name: 'Pull it' }).click()
      await demo.getByText(/as fast as they are taken|^Killed/).waitFor()
      await demo.getByText(/nothing lost|does not add up|did not come back/).waitFor({ timeout: 60_000 })
      const told = await demo.getByRole('region', { name: 'Pull the plug' }).innerText()
      const [, sent, here, twice] = /([\d,]+) sent, ([\d,]+) here, (\d+) twice/.exec(told) ?? []
      expect([here, twice], told).toEqual([sent, '0'])
      await page.getByText('Live', { exact: true }).waitFor()
    }
    expect(await barriers(page)).toEqual([])
  },
  600_000,
)
