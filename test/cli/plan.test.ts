import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { deleteWhere } from '../../src/lake/delete.ts'
import { runBook } from '../../src/project/runs.ts'
import { builtProject, changed } from '../project/built-project.ts'
import { context, projectFolder } from './project-folder.ts'
import { json, millrace } from './terminal.ts'

test('plan names the files, and changes nothing', async () => {
  const dir = await projectFolder()
  const { status, stdout } = await millrace(['plan', '--project', dir])
  expect(status).toBe(0)
  expect(json(stdout)).toEqual([
    expect.objectContaining({
      plan: 'load',
      source: 'history',
      table: 'events',
      file: 'data/events.csv',
      action: 'load',
    }),
  ])
  expect(json((await millrace(['table', 'ls', '--project', dir])).stdout)[0]).toMatchObject({ version: null })
})

test('a changed contract is planned with its class, and run carries it out', async () => {
  const dir = await projectFolder()
  const config = join(dir, 'millrace.config.ts')
  await millrace(['load', '--max-rejects', '1', '--project', dir])
  writeFileSync(config, readFileSync(config, 'utf8').replace("type: 'varchar'", "type: 'varchar', city: 'varchar'"))
  expect(json((await millrace(['plan', '--project', dir])).stdout)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        plan: 'contract',
        table: 'events',
        class: 'free',
        kind: 'add',
        column: 'city',
        setting: null,
        before: null,
        after: 'varchar',
        change: 'city is new (varchar)',
      }),
      expect.objectContaining({ plan: 'load', action: 'skip' }),
    ]),
  )
  expect((await millrace(['run', '--project', dir])).status).toBe(0)
  const [events] = json((await millrace(['table', 'show', 'events', '--project', dir])).stdout)
  expect(events?.['columns']).toContainEqual({ name: 'city', type: 'varchar' })

  writeFileSync(config, readFileSync(config, 'utf8').replace("user_id: 'bigint'", "user_id: 'varchar'"))
  const [change] = json((await millrace(['plan', '--project', dir])).stdout)
  expect(change).toMatchObject({ class: 'rewrite', column: 'user_id', before: 'bigint', after: 'varchar' })
  const shown = stripVTControlCharacters((await millrace(['plan', '--project', dir], { columns: 100 })).stdout)
  expect(shown).toMatch(/^events +rewrite +retype +user_id +bigint +varchar$/m)
  expect(shown).toContain('retype: every value is read as the new type; the change is refused if one is lost.\n')
  writeFileSync(join(dir, 'data/more.csv'), 'at,type,price,user_id\n2026-01-08T09:00:00Z,view,1,x\n')
  const early = await millrace(['load', '--project', dir])
  expect([early.status, JSON.parse(early.stderr).code]).toEqual([1, 'CONTRACT_CHANGED'])
  const unasked = await millrace(['run', '--project', dir])
  expect([unasked.status, JSON.parse(unasked.stderr).code]).toEqual([2, 'CONFIRMATION_NEEDED'])
  expect((await millrace(['run', '--yes', '--project', dir])).status).toBe(0)
  const [after] = json((await millrace(['table', 'show', 'events', '--project', dir])).stdout)
  expect(after).toMatchObject({ rows: 3 })
  expect(after?.['columns']).toContainEqual({ name: 'user_id', type: 'varchar' })
})

test('plan names the commits that others have made to what models read, and to the tables of models', async () => {
  const dir = await builtProject()
  await changed(dir, async ({ lake }) => {
    await deleteWhere(lake, 'events', { sql: "who = 'u1'" }, {}, context)
    await deleteWhere(lake, 'totals', { sql: 'true' }, {}, context)
  })
  const { stdout } = await millrace(['plan', '--project', dir], { columns: 200 })
  const shown = stripVTControlCharacters(stdout)
  expect(shown).toMatch(/^people +3 keys +events: version 1 → 2 \(DELETE\) /m)
  expect(shown).toMatch(/^totals +rebuild +somebody else wrote to its table: version 0 → 1 \(DELETE\) /m)
})

test('what is wrong with a dashboard is told by plan, with its place, and it fails', async () => {
  const dir = await projectFolder()
  mkdirSync(join(dir, 'dashboards'))
  const tile = '{ id: n, title: N, chart: number, size: 3x2, value: n, sql: SELECT count(*) AS m FROM events }'
  writeFileSync(
    join(dir, 'dashboards/shop.yaml'),
    `title: Shop\ntabs:\n  - title: General\n    tiles:\n      - ${tile}\n`,
  )
  const { status, stderr, stdout } = await millrace(['plan', '--project', dir])
  expect(status).toBe(1)
  expect(stderr).toMatch(/dashboards\/shop\.yaml:5/)
  // the plan itself is told all the same
  expect(json(stdout)).toMatchObject([{ plan: 'load', file: 'data/events.csv' }])
})

test('what a command line runs is remembered', async () => {
  const dir = await projectFolder()
  await millrace(['load', '--project', dir])
  await millrace(['load', '--max-rejects', '1', '--project', dir])
  await millrace(['build', '--project', dir])
  const runs = runBook(join(dir, '.millrace/local')).list({ limit: 10 })
  expect(runs.map(({ kind, outcome, by, summary }) => [kind, outcome, by, summary])).toEqual([
    ['build', 'done', 'a command line', 'no models'],
    ['load', 'done', 'a command line', '1 file loaded'],
    ['load', 'failed', 'a command line', '1 file refused'],
  ])
})
