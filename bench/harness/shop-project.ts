import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from '../../src/core/context.ts'
import { collect } from '../../src/engines/rows.ts'
import { relationOf } from '../../src/lake/relation.ts'
import { readSnapshot } from '../../src/lake/snapshot.ts'
import type { OpenProject } from '../../src/project/open.ts'

const example = join(import.meta.dirname, '../../examples/shop')

/** The two models of the benches, each made from the one before it. */
export const modelFiles = { operations: 'operations.sql', department_brand: 'marts/department_brand.sql' } as const

export const layouts = ['plain', 'by day', 'by day, with ids'] as const
export type Layout = (typeof layouts)[number]

export const quiet: Context = { signal: new AbortController().signal, emit: () => {}, now: Date.now }

/** The text of a model of `examples/shop`. */
export function modelText(name: keyof typeof modelFiles): Promise<string> {
  return readFile(join(example, 'models', modelFiles[name]), 'utf8')
}

/** The config of `examples/shop` with two of its models, and nothing to load; `plain`: events without partitions. */
export async function makeShopProject(dir: string, layout: Layout): Promise<void> {
  await mkdir(join(dir, 'models'), { recursive: true })
  const config = await readFile(join(example, 'millrace.config.ts'), 'utf8')
  const unpartitioned = config.replace(/^ *partitionBy: .*\n/m, '')
  await writeFile(join(dir, 'millrace.config.ts'), layout === 'plain' ? unpartitioned : config)
  for (const name of ['operations', 'department_brand'] as const)
    await writeFile(join(dir, 'models', `${name}.sql`), await modelText(name))
}

/** What `Run.answer` is: over a relation `brands`, the table of the last model. */
export const answerSql =
  "SELECT CAST(sum(operations) AS VARCHAR) || ' operations, ' || CAST(sum(revenue) AS VARCHAR) || ' of revenue' FROM brands"

/** The answer that a project's tables give. */
export async function answerOf({ lake }: OpenProject): Promise<string> {
  const snapshot = await readSnapshot(lake, 'department_brand', {}, quiet)
  const rows = await collect(
    await lake.engine.run({ sql: answerSql, from: { brands: relationOf(lake, snapshot) } }, quiet),
  )
  return String(rows[0]?.[0])
}
