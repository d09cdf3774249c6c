import { expect, test } from 'vitest'
import { createTable } from '../../src/lake/create.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { append } from '../../src/lake/write.ts'
import { build } from '../../src/models/build.ts'
import { planBuild } from '../../src/models/plan.ts'
import { columns, engine } from '../engines/harness.ts'
import { context } from '../lake/log-lake.ts'
import { tableLake } from '../lake/table-lake.ts'
import { tempFolder } from '../temp-folder.ts'
import { graphOf, plainSite } from './plain-site.ts'

const duckdb = await engine(400_000_000)

async function run(lake: Lake, models: Readonly<Record<string, string>>) {
  const site = plainSite(lake, await graphOf(lake, models, 'UTC', context), 'UTC')
  const plan = await planBuild(site, {}, context)
  return { plan, outcomes: await build(site, plan, context) }
}

test('a model is built after those that its checks refer to, so that new rows find what they name', async () => {
  const lake = tableLake(await tempFolder(), duckdb)
  await createTable(lake, 'events', { columns: columns({ who: 'bigint' }) }, context)
  const models = {
    a_plays: '/*\nkind: table\nchecks: { references: { who: people.who } }\n*/ SELECT who FROM events',
    people: '/* kind: view */ SELECT who FROM users',
    users: '/* kind: table */ SELECT DISTINCT who FROM events',
  }
  for (const who of [1, 2]) {
    await append(lake, 'events', { sql: `SELECT ${who}::BIGINT AS who`, from: {} }, {}, context)
    const { plan, outcomes } = await run(lake, models)
    expect(plan.steps.map(({ model, after }) => [model, after])).toEqual([
      ['users', []],
      ['a_plays', ['users']],
    ])
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['built', 'built'])
  }
})
