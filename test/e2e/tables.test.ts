import { expect, test } from 'vitest'
import { noChromium } from './chromium.ts'
import { barriers, openPage } from './faultless-page.ts'
import { servedShop } from './served-shop.ts'

test.skipIf(noChromium)('the tables of a project are listed, and sorted by what is pressed', async () => {
  const { url } = await servedShop()
  const page = await openPage()
  await page.goto(url)
  const names = page.locator('tbody td:first-child')
  await names.first().waitFor()
  expect(page.url()).toBe(`${url}/tables`)
  expect(await names.allInnerTexts()).toEqual(['empty', 'events', 'people'])
  await page.getByRole('button', { name: 'Rows' }).click()
  expect(await names.allInnerTexts()).toEqual(['events', 'people', 'empty'])
  expect(await page.getByRole('row', { name: 'events' }).innerText()).toMatch(/events\s+stream\s+3\s/)
  expect(await barriers(page)).toEqual([])
})
