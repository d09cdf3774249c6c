import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import type { Context } from '../core/context.ts'
import { writeShopDays } from './shop-data.ts'
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

const days = 30
/** A flash sale began so long before the end. */
const saleMs = 40 * 60_000

/** Makes the shop's folder and its data where they are missing; what is there is left alone. */
export async function prepareDemo(dir: string, options: DemoOptions, context: Context): Promise<PreparedDemo> {
  const created = !existsSync(join(dir, 'millrace.config.ts'))
  if (created) await createProject(await planExampleProject(dir, 'shop'))
  const data = join(dir, 'data')
  const held = globSync('*.csv.gz', { cwd: data })
  return { created, files: held.length > 0 ? [] : await writeShopDays(data, { ...options, days, saleMs }, context) }
}
