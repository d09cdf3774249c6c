/** `npm run screenshots`: makes the pictures and the film of the README from a demo, into docs/images. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launchChromium } from '../test/e2e/installed-chromium.ts'
import { openDemo } from './screenshots/demo.ts'
import { film } from './screenshots/film.ts'
import { pictures } from './screenshots/pages.ts'

const [pictureBytes, filmBytes] = [150_000, 2_000_000]
const images = join(import.meta.dirname, '../docs/images')
const folder = mkdtempSync(join(tmpdir(), 'millrace-screenshots-'))

function keep(name: string, webp: Buffer, most: number): void {
  if (webp.length > most) throw new Error(`${name} has ${webp.length} bytes, more than ${most}`)
  writeFileSync(join(images, `${name}.webp`), webp)
  console.log(`${name}.webp  ${Math.round(webp.length / 1000)} kB`)
}

mkdirSync(images, { recursive: true })
try {
  await using demo = await openDemo(join(folder, 'shop'))
  await using browser = await launchChromium()
  for await (const { name, webp } of pictures(browser, demo.url)) keep(name, webp, pictureBytes)
  keep('film', await film(browser, demo.url), filmBytes)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
