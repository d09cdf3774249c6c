import { type FSWatcher, mkdirSync, watch } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Where a server is when it is killed: at any time, or while files show that it is in the middle of something. */
export const aims = [
  'any time',
  'flush',
  'commit',
  'index',
  'checkpoint',
  'start',
  'engine',
  'engine in a flush',
] as const

export type Aim = (typeof aims)[number]

/** What is written when a server is there, in the folder of its project; `tmp` is what it has as its temporary folder. */
const places: Readonly<Record<Exclude<Aim, 'any time' | 'start' | 'engine'>, readonly [string, RegExp]>> = {
  flush: ['lake/events', /\.parquet/],
  commit: ['lake/events/_delta_log', /\d{20}/],
  // runs, merged ones among them, and manifests
  index: ['lake/events/_millrace/ids', /./],
  checkpoint: ['tmp', /checkpoint/],
  'engine in a flush': ['lake/events', /\.parquet/],
}

/** Waits until it is time to kill. False where the place was not met within `patienceMs`. */
export async function aimed(dir: string, aim: Aim, random: () => number, patienceMs: number): Promise<boolean> {
  if (aim === 'any time' || aim === 'engine' || aim === 'start') {
    await sleep(random() * 1000)
    return true
  }
  const [folder, pattern] = places[aim]
  mkdirSync(join(dir, folder), { recursive: true })
  const met = await seen(
    join(dir, folder),
    pattern,
    aim === 'checkpoint' ? 1 : 1 + Math.floor(random() * 8),
    patienceMs,
  )
  await sleep(random() < 0.5 ? 0 : random() * 5)
  return met
}

/** Resolves with the `count`th time that a file of that name is touched. */
function seen(folder: string, pattern: RegExp, count: number, patienceMs: number): Promise<boolean> {
  let watcher: FSWatcher | undefined
  let timer: NodeJS.Timeout | undefined
  let left = count
  const found = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), patienceMs)
    watcher = watch(folder, (_, name) => {
      if (name !== null && pattern.test(name) && --left === 0) resolve(true)
    })
  })
  return found.finally(() => {
    clearTimeout(timer)
    watcher?.close()
  })
}
