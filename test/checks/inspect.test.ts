import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkStored, inspectChecks } from '../../src/checks/inspect.ts'
import { recordVerdicts } from '../../src/checks/results.ts'
import type { MillEvent } from '../../src/core/events.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { relationOf } from '../../src/lake/relation.ts'
import { readSnapshot } from '../../src/lake/snapshot.ts'
import { contextOf, engine as openEngine } from '../engines/harness.ts'
import { tableLake } from '../lake/table-lake.ts'
import { tempFolder } from '../temp-folder.ts'
import { build, results, subject } from './building.ts'

const engine = await openEngine()
const context = contextOf()

async function newLake(): Promise<Lake> {
  return tableLake(join(await tempFolder(), 'lake'), engine)
}

const block = {
  not_null: ['kind'],
  unique: ['id'],
  expr: { even: { expr: 'id % 2 = 0', severity: 'warn' } },
}

test('rows that pass are let in, and what became of each check is written down with its build', async () => {
  const lake = await newLake()
  const verdicts = await build(lake, block, { n: 1n, rows: [[2n, 'a']] }, context)
  expect(verdicts.map(({ outcome }) => outcome)).toEqual(['passed', 'passed', 'passed'])
  const told = '"check", severity, outcome, blocked, rows_failed, rows_judged, version, build, "table", checked_at'
  const at = '2023-11-14T22:13:20Z'
  expect(await results(lake, told, context)).toEqual([
    ['even', 'warn', 'passed', false, 0n, 1n, 0n, 1n, 't', at],
    ['not_null(kind)', 'block', 'passed', false, 0n, 1n, 0n, 1n, 't', at],
    ['unique(id)', 'block', 'passed', false, 0n, 1n, 0n, 1n, 't', at],
  ])
  expect(await results(lake, 'count(DISTINCT run)', context)).toEqual([[1n]])
})

test('a check that warns lets rows in and is told', async () => {
  const lake = await newLake()
  const events: MillEvent[] = []
  const listening = contextOf(undefined, events)
  const [, , even] = await build(lake, block, { n: 1n, rows: [[1n, 'a']] }, listening)
  expect(even).toMatchObject({ outcome: 'failed', rowsFailed: 1 })
  expect((await readSnapshot(lake, 't', {}, context)).files.size).toBe(1)
  expect(events).toContainEqual({
    kind: 'fact',
    type: 'check.failed',
    table: 't',
    check: 'even',
    severity: 'warn',
    rowsFailed: 1,
  })
})

test('a check that blocks keeps the rows out and says which, and the run is written down', async () => {
  const lake = await newLake()
  await build(lake, block, { n: 1n, rows: [[2n, 'a']] }, context)
  const bad = { n: 2n, rows: [[2n, null]] } as const
  await expect(build(lake, block, bad, context)).rejects.toMatchObject({
    code: 'CHECK_FAILED',
    message:
      'table `t`: the check not_null(kind) failed: 1 of 1 rows have no kind, as {kind: NULL, id: 2} (1 more failed: unique(id))',
    hint: expect.stringContaining('severity: warn'),
  })
  expect(
    await results(lake, '"check", outcome, finding, example, version', context).then((rows) => rows.slice(1)),
  ).toEqual(
    expect.arrayContaining([
      ['unique(id)', 'failed', '2 of 2 rows share their id with another, as {id: 2} 2 times', '{id: 2} 2 times', 1n],
    ]),
  )
  expect(await results(lake, 'blocked, build, count(*)', context)).toEqual([
    [false, 1n, 3n],
    [true, null, 3n],
  ])
  await build(lake, block, { n: 2n, rows: [[4n, 'b']] }, context)
  expect(await results(lake, 'blocked, build, count(*)', context)).toEqual([
    [false, 1n, 3n],
    [false, 2n, 3n],
    [true, null, 3n],
  ])
})

test('a check that cannot be run keeps the rows out, whatever its severity', async () => {
  const lake = await newLake()
  const unusable = { expr: { c: { expr: 'kindd IS NULL', severity: 'warn' } } }
  await expect(build(lake, unusable, { n: 1n, rows: [[2n, 'a']] }, context)).rejects.toMatchObject({
    code: 'CHECK_NOT_RUN',
    message: 'table `t`: the check c could not be run: there is no column `kindd`; did you mean `kind`?',
  })
  expect(await results(lake, 'outcome, blocked', context)).toEqual([['error', true]])
})

test('a second attempt at a build takes the place of the first, which does not count before the commit', async () => {
  const lake = await newLake()
  await build(lake, block, { n: 1n, rows: [[2n, 'a']] }, context)
  const staged = { kind: 'values', columns: subject(block).columns, rows: [[4n, 'x']] } as const
  const reference = () => Promise.reject(new Error('none'))
  const attempt = { staged, after: staged, reference, build: 2n, version: 1 }
  await inspectChecks(lake, subject(block), attempt, context)
  expect(await results(lake, 'build, count(*)', context)).toEqual([[1n, 3n]])
  await inspectChecks(lake, subject({ rows: { min: 1 } }), attempt, context)
  await build(lake, block, { n: 2n, rows: [[6n, 'b']] }, context)
  expect(await results(lake, 'build, count(*)', context)).toEqual([
    [1n, 3n],
    [2n, 3n],
  ])
})

test('a table without checks leaves nothing behind', async () => {
  const lake = await newLake()
  expect(await build(lake, undefined, { n: 1n, rows: [[2n, null]] }, context)).toEqual([])
  expect(await results(lake, '*', context)).toEqual([])
  for await (const { path } of lake.store.list('t/_millrace')) expect.fail(path)
})

test('a stored table is judged as it is, at its version', async () => {
  const lake = await newLake()
  await build(
    lake,
    undefined,
    {
      n: 1n,
      rows: [
        [2n, null],
        [2n, 'a'],
      ],
    },
    context,
  )
  const snapshot = await readSnapshot(lake, 't', {}, context)
  const all = relationOf(lake, snapshot)
  const reference = () => Promise.reject(new Error('none'))
  const ground = { staged: all, after: all, reference, version: snapshot.version }
  const verdicts = await checkStored(lake, subject(block), ground, context)
  expect(verdicts.map(({ outcome, rowsFailed }) => [outcome, rowsFailed])).toEqual([
    ['failed', 1],
    ['failed', 2],
    ['passed', 0],
  ])
  expect(await results(lake, 'blocked, version, build, count(*)', context)).toEqual([[false, 1n, null, 3n]])
})

test('many small files of results are put together', async () => {
  const lake = await newLake()
  const [verdict] = await build(lake, { rows: { min: 1 } }, { n: 1n, rows: [[2n, 'a']] }, context)
  const run = { table: 't', version: 1, blocked: false }
  for (let n = 1; n < 100; n++) await recordVerdicts(lake, run, verdict ? [verdict] : [], context)
  expect(await results(lake, 'count(*)', context)).toEqual([[100n]])
  expect((await readSnapshot(lake, 't/_millrace/checks', {}, context)).files.size).toBe(1)
})
