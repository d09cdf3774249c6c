import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { tableColumns } from '../../src/contract/contract.ts'
import { parseColumn } from '../../src/core/columns.ts'
import { createTable } from '../../src/lake/create.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { relationOf } from '../../src/lake/relation.ts'
import { readSnapshot } from '../../src/lake/snapshot.ts'
import { append } from '../../src/lake/write.ts'
import type { ModelStep } from '../../src/models/plan.ts'
import { buildModels, type ModelChoice, planModels } from '../../src/project/building.ts'
import { type OpenProject, openProject } from '../../src/project/open.ts'
import { context } from '../cli/project-folder.ts'
import { engine } from '../engines/harness.ts'
import { rowsOf, tableLake } from '../lake/table-lake.ts'
import { modelFolder } from './model-folder.ts'

const config = `import { defineProject, external, stream, table } from 'millrace'

export default defineProject({
  name: 'shop',
  timezone: 'America/Hermosillo',
  streams: { events: stream({ columns: { moment: 'timestamptz', who: 'varchar', n: 'bigint' }, time: 'moment' }) },
  tables: {
    customers: table({ columns: { who: 'varchar not null', city: 'varchar' }, key: 'who' }),
    clicks: external('./theirs/clicks'),
  },
})
`

const header = (lines: string) => `/*\n${lines}\n*/\n`

/** One of each kind, and what is made from them; in the order of their names. */
const models = {
  city_days: `${header('kind: incremental\ntime: day\ngrain: day')}SELECT CAST(moment AS DATE) AS day, city, sum(n) AS n
FROM events LEFT JOIN customers USING (who) GROUP BY 1, 2`,
  clicked: `${header('kind: incremental\ntime: hour\ngrain: hour')}SELECT date_trunc('hour', moment) AS hour, count(*) AS n FROM clicks GROUP BY 1`,
  days: `${header('kind: incremental\ntime: day\ngrain: day\npartition: [day]')}SELECT CAST(moment AS DATE) AS day, sum(n) AS n FROM seen GROUP BY 1`,
  months: `${header('kind: incremental\ntime: month\ngrain: month')}SELECT CAST(date_trunc('month', day) AS DATE) AS month, sum(n) AS n FROM days GROUP BY 1`,
  people: `${header('kind: merge\nkey: [who]')}SELECT who, sum(n) AS n FROM events GROUP BY who`,
  seen: 'SELECT moment, who, n FROM events WHERE n > 0',
  totals: `${header('kind: table')}SELECT count(*) AS events, sum(n) AS n FROM events`,
}

/** The models that have a table. */
export const stored = Object.keys(models).filter((name) => name !== 'seen')

const duckdb = await engine()
const first = `SELECT TIMESTAMPTZ '2026-01-01 12:00:00Z' + to_days(i::INTEGER) AS moment, 'u' || (i % 3) AS who, i + 1 AS n
FROM range(40) r(i) UNION ALL SELECT NULL, 'u0', 7`

/** A project all of whose models are built. */
export async function builtProject(): Promise<string> {
  const files = Object.entries(models).map(([name, text]) => [`models/${name}.sql`, text])
  const dir = await modelFolder({ 'millrace.config.ts': config, ...Object.fromEntries(files) })
  const clicks = ['moment timestamptz', 'who varchar'].map((column) => column.split(' ') as [string, string])
  const theirs = tableLake(join(dir, 'theirs'), duckdb)
  await createTable(theirs, 'clicks', { columns: clicks.map(([name, type]) => parseColumn(name, type)) }, context)
  await append(theirs, 'clicks', { sql: `SELECT moment, who FROM (${first})`, from: {} }, {}, context)
  await changed(dir, async ({ lake }, project) => {
    for (const { name, contract } of project.settings.targets.values())
      await createTable(lake, name, { columns: tableColumns(contract) }, context)
    await append(lake, 'events', { sql: first, from: {} }, {}, context)
    const people = "SELECT 'u' || i AS who, 'city ' || i AS city FROM range(2) r(i)"
    await append(lake, 'customers', { sql: people, from: {} }, {}, context)
  })
  await built(dir)
  return dir
}

/** Does something to a project's lake. */
export async function changed<T>(
  dir: string,
  work: (at: { readonly lake: Lake }, project: OpenProject) => Promise<T>,
): Promise<T> {
  await using project = await openProject(dir, { access: 'write', command: 'test' })
  return await work(project, project)
}

/** More events: SQL of `moment`, `who`, `n`. */
export function come(dir: string, sql: string): Promise<unknown> {
  return changed(dir, ({ lake }) => append(lake, 'events', { sql, from: {} }, {}, context))
}

/** The steps of a plan for all models. */
export async function planned(dir: string, choice: ModelChoice = {}): Promise<readonly ModelStep[]> {
  await using project = await openProject(dir, { access: 'read', command: 'test' })
  return (await planModels(project, choice, context)).plan.steps
}

/** What a plan would do to each model that is not current: intervals, the number of keys, or `rebuild` and why. */
export async function work(dir: string): Promise<Record<string, unknown>> {
  const steps = await planned(dir)
  const told = steps.map(({ action, labels, keys, reasons }) => {
    if (action === 'intervals') return labels
    return action === 'keys' ? keys?.count : `${action}: ${[...new Set(reasons.map(({ why }) => why))].join(', ')}`
  })
  return Object.fromEntries(
    steps.flatMap(({ model, action }, at) => (action === 'none' ? [] : [[model, told[at]] as const])),
  )
}

/** Builds the models; every one of them is built or current. */
export async function built(dir: string, choice: ModelChoice = {}): Promise<void> {
  await changed(dir, async (_, project) => {
    const outcomes = await buildModels(await planModels(project, choice, context), context)
    for (const each of outcomes) {
      if ('error' in each) throw each.error
      expect(['built', 'current']).toContain(each.outcome)
    }
  })
}

/** The rows of each model's table. */
async function tables(dir: string): Promise<Record<string, readonly string[]>> {
  const lake = tableLake(join(dir, 'lake'), duckdb)
  const found: Record<string, readonly string[]> = {}
  for (const name of stored)
    found[name] = await rowsOf(lake, relationOf(lake, await readSnapshot(lake, name, {}, context)))
  return found
}

/** Builds what is stale, after which there is nothing to do, and each table is what a build of everything makes. */
export async function expectBuiltWhole(dir: string): Promise<void> {
  await built(dir)
  expect(await work(dir)).toEqual({})
  const other = `${dir}-whole`
  cpSync(dir, other, { recursive: true })
  await built(other, { full: true })
  expect(await tables(dir)).toEqual(await tables(other))
}
