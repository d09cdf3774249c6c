import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { builtPages } from '../ui/built.ts'
import { root } from './shell.ts'

/**
 * Puts the user interface, built from what stands here, where a server in a process of its own finds it. Where it lies
 * already it is left alone: another test may have just started a server over it.
 */
export async function placePages(): Promise<void> {
  const [built, place] = [await builtPages(), join(root, 'dist/ui')]
  const page = (folder: string) => readFile(join(folder, 'index.html'), 'utf8').catch(() => undefined)
  if ((await page(place)) === (await page(built))) return
  await mkdir(join(root, 'dist'), { recursive: true })
  const old = `${built}-old`
  if (existsSync(place)) await rename(place, old)
  await rename(built, place)
  await rm(old, { recursive: true, force: true })
}
