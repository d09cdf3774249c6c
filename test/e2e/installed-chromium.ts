import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const candidates = [
  process.env['CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]

/** The browser of this machine, where it has one. */
export const chromiumPath = candidates.find((path) => path !== '' && existsSync(path))

/** Whoever launches it closes it. */
export async function launchChromium(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('no Chromium is installed: Debian has it as `chromium`')
  return chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] })
}
