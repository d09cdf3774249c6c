import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import type { Context } from '../core/context.ts'
import { shopPace, writeShopDays } from './shop-data.ts'
import { createProject, planExampleProject } from './template.ts'

/** The shop's events that a demo makes where there are none. */
export interface DemoOptions {
  readonly rows: number
  readonly seed: number
  /** The instant at which they end. */
  readonly endMs: number
}

export interface PreparedDemo {
  /** True when the folder was made from the example. */
  readonly created: boolean
  /** The files of events that were made now; none when there were some. */
  readonly files: readonly string[]
}

/** A month; a flash sale began forty minutes before its end. */
const shape = { days: 30, saleMs: 40 * 60_000, isGrowing: true }

/** How many things a second visitors go on to do after the history of a demo, at an instant: as many as in its last hours. */
export function demoPace({ rows, endMs }: Pick<DemoOptions, 'rows' | 'endMs'>): (instantMs: number) => number {
  return shopPace({ rows, endMs, ...shape })
}

/** Makes the shop's folder and its data where they are missing; what is there is left alone. */
export async function prepareDemo(dir: string, options: DemoOptions, context: Context): Promise<PreparedDemo> {
  const created = !existsSync(join(dir, 'millrace.config.ts'))
  if (created) await createProject(await planExampleProject(dir, 'shop'))
  const data = join(dir, 'data')
  const held = globSync('*.csv.gz', { cwd: data })
  return { created, files: held.length > 0 ? [] : await writeShopDays(data, { ...options, ...shape }, context) }
}
