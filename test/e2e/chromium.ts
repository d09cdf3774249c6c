import type { Browser } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { chromiumPath, launchChromium } from './installed-chromium.ts'

/** Why a suite that needs a browser is left out; undefined where one is there, or must be. */
export const noChromium =
  chromiumPath === undefined && process.env['MILLRACE_REQUIRE_SERVICES'] !== '1'
    ? 'no Chromium is installed'
    : undefined

export async function openChromium(): Promise<Browser> {
  const browser = await launchChromium()
  onTestFinished(() => browser.close())
  return browser
}
