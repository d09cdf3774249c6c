import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeCheckpoint } from '../../src/lake/checkpoint.ts'
import { deleteWhere } from '../../src/lake/delete.ts'
import { commitPath } from '../../src/lake/log/names.ts'
import { readSnapshot } from '../../src/lake/snapshot.ts'
import { context } from '../cli/project-folder.ts'
import { builtProject, changed, come, expectBuiltWhole, stored, work } from './built-project.ts'

const inputs = ['events', 'customers']

/** Forgets all state that is not in the lake. */
function forgetState(dir: string): void {
  rmSync(join(dir, '.millrace'), { recursive: true })
}

/** Writes a checkpoint of the newest version of each table, and takes away the commits before it. */
async function forgetCommits(dir: string, names: readonly string[]): Promise<void> {
  await changed(dir, async ({ lake }) => {
    for (const table of names) {
      const snapshot = await readSnapshot(lake, table, {}, context)
      await writeCheckpoint(lake, snapshot, context)
      for (let version = 0; version < snapshot.version; version++) await lake.store.delete(commitPath(table, version))
    }
  })
}

const late = "SELECT TIMESTAMPTZ '2026-01-03 06:30:00Z' AS moment, 'u1' AS who, 5 AS n"
const staleByLate = {
  city_days: ['2026-01-03'],
  days: ['2026-01-03'],
  months: ['2026-01-01'],
  people: 1,
  totals: 'rebuild: commits',
}

test('with its state gone a project has nothing to build that was current, and builds what was stale', async () => {
  const dir = await builtProject()
  forgetState(dir)
  expect(await work(dir)).toEqual({})
  await come(dir, late)
  forgetState(dir)
  expect(await work(dir)).toEqual(staleByLate)
  await expectBuiltWhole(dir)
})

test('by checkpoints alone nothing is built that was current, and what comes after them is told exactly', async () => {
  const dir = await builtProject()
  await come(dir, late)
  await expectBuiltWhole(dir)
  await forgetCommits(dir, [...inputs, ...stored])
  expect(await work(dir)).toEqual({})
  await come(dir, late)
  expect(await work(dir)).toEqual(staleByLate)
  await expectBuiltWhole(dir)
})

test('rows whose commits are gone are not taken for read', async () => {
  const dir = await builtProject()
  await come(dir, late)
  await changed(dir, ({ lake }) => deleteWhere(lake, 'events', { sql: "who = 'u2'" }, {}, context))
  await forgetCommits(dir, [...inputs, ...stored])
  forgetState(dir)
  const unknown = 'rebuild: unknown'
  expect(await work(dir)).toEqual({
    city_days: unknown,
    days: unknown,
    months: 'rebuild: upstream',
    people: unknown,
    totals: unknown,
  })
  await expectBuiltWhole(dir)
})

test('commits of others to a table of a model are not taken for its own, though they are gone', async () => {
  const dir = await builtProject()
  await changed(dir, async ({ lake }) => {
    for (const table of stored) await deleteWhere(lake, table, { sql: 'n % 2 = 1' }, {}, context)
  })
  expect(await work(dir)).toMatchObject({ days: 'rebuild: foreign', people: 'rebuild: foreign' })
  await changed(dir, async ({ lake }) => {
    for (const table of stored) await deleteWhere(lake, table, { sql: 'n % 3 = 1' }, {}, context)
  })
  await forgetCommits(dir, stored)
  expect(Object.keys(await work(dir))).toEqual(expect.arrayContaining(stored))
  await expectBuiltWhole(dir)
})
