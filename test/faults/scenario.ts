import { join, relative } from 'node:path'
import type { Disk } from '../../src/storage/disk.ts'
import { tempFolder } from '../temp-folder.ts'
import type { DiskCall } from './calls.ts'
import { treeOf } from './power-cut.ts'

/** An operation that is to be disturbed, and what must hold afterwards. */
export interface Scenario {
  /** Makes what is there before. The folder itself is not there yet. */
  readonly prepare: (folder: string) => Promise<void>
  /** The operation, all of whose durable work goes through `disk`. It opens what it needs, and closes it. */
  readonly run: (folder: string, disk: Disk) => Promise<void>
  /**
   * Throws when what it finds is neither the old nor the new state, whole; or, where the operation was `done` (it has
   * resolved), not the new one. Then it does the operation again, and throws when that ends elsewhere.
   */
  readonly check: (folder: string, done: boolean) => Promise<void>
  /** What must hold when a first run was killed and the second has come to its end; as `check`, done, without it. */
  readonly checkAfterKill?: (folder: string) => Promise<void>
}

const { MILLRACE_FAULTS } = process.env

/** True for the long run: every call in every way, instead of some of them spread over the operation. */
export const everyPoint = MILLRACE_FAULTS === 'all'

/** A scenario's folder as it is before the operation. It lies in a folder of its own, so that its own name can be lost. */
export async function prepared(scenario: Scenario) {
  const top = await tempFolder()
  const folder = join(top, 'lake')
  await scenario.prepare(folder)
  return { top, folder, before: treeOf(top) }
}

/** Runs `work`; what it throws begins with the words that say where. */
export async function named(where: string, work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    throw new Error(`${where}: ${(error as Error).message}`, { cause: error })
  }
}

/** A call for people, the same in every run: ids are `*`, and of a path outside of the folder only its name is told. */
export function callText({ name, path, to }: DiskCall, top: string): string {
  const short = (long: string): string =>
    relative(top, long)
      .replace(/^\.\.\/.*\//, '…/')
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '*') || '.'
  return `${name} ${short(path)}${to === undefined ? '' : ` → ${short(to)}`}`
}

/** The numbers from 1 on. */
export function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => at + 1)
}

/** `most` of the items, spread over all, the first and the last among them; all when every point is asked for. */
export function spread<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (everyPoint || items.length <= most) return items
  if (most === 1) return items.slice(-1)
  return upTo(most).map((nth) => items[Math.round(((nth - 1) * (items.length - 1)) / (most - 1))] as Item)
}
