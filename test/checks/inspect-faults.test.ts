import { expect } from 'vitest'
import { isError } from '../../src/core/errors.ts'
import type { Value } from '../../src/core/values.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { engine as openEngine } from '../engines/harness.ts'
import type { Scenario } from '../faults/scenario.ts'
import { type FaultCase, faultSuite } from '../faults/suite.ts'
import { rowsIn } from '../lake/faulty-lake.ts'
import { context } from '../lake/log-lake.ts'
import { tableLake } from '../lake/table-lake.ts'
import { build, results } from './building.ts'

const engine = await openEngine()
const block = { not_null: ['kind'], unique: ['id'] }

interface State {
  readonly rows: readonly string[] | undefined
  /** Results by build, or `blocked`: how many, and of how many runs. */
  readonly counted: readonly (readonly Value[])[]
}

async function stateOf(lake: Lake): Promise<State> {
  const counted = await results(lake, `coalesce(build::VARCHAR, 'blocked'), count(*), count(DISTINCT run)`, context)
  return { rows: await rowsIn(lake, 't'), counted }
}

const first: State = { rows: ['[1,"a"]'], counted: [['1', 2n, 1n]] }

/** A second build, whose rows pass: its results are there once, and with its rows alone. */
const passing: Scenario = {
  prepare: async (folder) =>
    void (await build(tableLake(folder, engine), block, { n: 1n, rows: [[1n, 'a']] }, context)),
  run: async (folder, disk) =>
    void (await build(tableLake(folder, engine, disk), block, { n: 2n, rows: [[2n, 'b']] }, context)),
  async check(folder, done) {
    const both: State = { rows: ['[1,"a"]', '[2,"b"]'], counted: [...first.counted, ['2', 2n, 1n]] }
    const state = await stateOf(tableLake(folder, engine))
    if (done) expect(state).toEqual(both)
    else expect([first, both]).toContainEqual(state)
    await build(tableLake(folder, engine), block, { n: 2n, rows: [[2n, 'b']] }, context)
    expect(await stateOf(tableLake(folder, engine))).toEqual(both)
  },
}

async function blockedBuild(lake: Lake): Promise<void> {
  const refused = build(lake, block, { n: 2n, rows: [[2n, null]] }, context)
  await refused.catch((error: unknown) => {
    if (!isError(error, 'CHECK_FAILED')) throw error
  })
}

/** A build that is blocked: its rows never come, and each of its runs is whole. */
const blocked: Scenario = {
  prepare: passing.prepare,
  run: (folder, disk) => blockedBuild(tableLake(folder, engine, disk)),
  async check(folder, done) {
    const runs = (state: State) => Number(state.counted[1]?.[2] ?? 0n)
    const look = async () => {
      const state = await stateOf(tableLake(folder, engine))
      expect(state.rows).toEqual(first.rows)
      const held = BigInt(runs(state))
      expect(state.counted).toEqual([...first.counted, ...(held > 0n ? [['blocked', 2n * held, held]] : [])])
      return Number(held)
    }
    const before = await look()
    if (done) expect(before).toBeGreaterThan(0)
    await blockedBuild(tableLake(folder, engine))
    expect(await look()).toBe(before + 1)
  },
}

/** What results are written with. */
const recorded = [
  'file lake/.millrace-staging/*',
  'file lake/t/_millrace/checks/part-*-*.parquet',
  'folder lake/t/_millrace/checks',
  'folder lake/t/_millrace/checks/_delta_log',
]

const cases: Readonly<Record<string, FaultCase>> = {
  'a build whose rows pass': {
    it: passing,
    needed: [
      ...recorded,
      'file lake/.millrace-staging/* 2',
      'file lake/t/part-*-*.parquet',
      'folder lake/t',
      'folder lake/t/_delta_log',
    ],
    spare: ['folder .', 'folder lake', 'folder lake/t/_millrace'],
  },
  'a build that is blocked': {
    it: blocked,
    needed: recorded,
    spare: ['folder .', 'folder lake', 'folder lake/t', 'folder lake/t/_millrace'],
  },
}

faultSuite(cases, { faults: 2, cuts: 4, kills: 2 })
