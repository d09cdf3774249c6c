import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'
import { onTestFinished } from 'vitest'

const candidates = [
  process.env['CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]

/** The browser of this machine, where it has one. */
export const chromiumPath = candidates.find((path) => path !== '' && existsSync(path))

/** Why a suite that needs a browser is left out; undefined where one is there, or must be. */
export const noChromium =
  chromiumPath === undefined && process.env['MILLRACE_REQUIRE_SERVICES'] !== '1'
    ? 'no Chromium is installed'
    : undefined

export async function openChromium(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('no Chromium is installed: Debian has it as `chromium`')
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] })
  onTestFinished(() => browser.close())
  return browser
}
