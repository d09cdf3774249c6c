import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { isError } from '../../src/core/errors.ts'
import { fileLedger } from '../../src/sources/ledger.ts'
import type { Disk } from '../../src/storage/disk.ts'
import { engine as openEngine } from '../engines/harness.ts'
import { everyPoint, type Scenario } from '../faults/scenario.ts'
import { type FaultCase, faultSuite } from '../faults/suite.ts'
import { type Loading, load, loading, query, rejects, type SourceOptions, sourceOf } from './loading.ts'

const engine = await openEngine()
const contract = { columns: { id: 'bigint not null', price: 'decimal(8,2)' } }

/** What loads have made of a table: its rows, its live rejects, its ledger. */
interface State {
  readonly rows: readonly string[]
  readonly refused: readonly string[]
  readonly ledger: readonly string[]
}

const nothing: State = { rows: [], refused: [], ledger: [] }

async function stateOf(on: Loading): Promise<State> {
  try {
    const rows = await query(on, 'SELECT id, price, _file FROM t ORDER BY id, _file')
    const refused = await rejects(on)
    const ledger = await fileLedger(on.lake, 't', on.context)
    return {
      rows: rows.map((row) => row.join(' ')),
      refused: refused.map(({ file, line, raw }) => `${file}:${line} ${raw}`),
      ledger: ledger.flatMap(({ delivery: { batch, path, stored, rejected, current }, open }) => [
        `${batch} ${path} ${stored}+${rejected}${current ? '' : ' gone'}`,
        ...open,
      ]),
    }
  } catch (error) {
    if (isError(error, 'TABLE_NOT_FOUND')) return nothing
    throw error
  }
}

interface LoadCase extends Omit<SourceOptions, 'contract' | 'files'> {
  /** The column by which two rows are the same. */
  readonly id?: string
  /** Files that are loaded before, and then those that are there when the load is disturbed. */
  readonly before?: Readonly<Record<string, string>>
  readonly files: Readonly<Record<string, string>>
  readonly old?: State
  readonly fresh: State
}

/** A load that is disturbed: the table is as before it or as after it, and a further load changes nothing more. */
function loadScenario({ before = {}, files, old = nothing, fresh, id, ...options }: LoadCase): Scenario {
  async function open(folder: string, disk?: Disk): Promise<Loading> {
    return loading(engine, { root: dirname(folder), lakeRoot: folder, ...(disk && { disk }) })
  }

  async function run(folder: string, disk?: Disk): Promise<void> {
    const on = await open(folder, disk)
    await load(
      on,
      sourceOf(on, {
        contract: { ...contract, ...(id !== undefined && { id }) },
        files: { glob: '*.csv' },
        maxRejects: 1,
        ...options,
      }),
    )
  }

  async function write(folder: string, texts: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(texts)) await writeFile(join(dirname(folder), name), text)
  }

  return {
    async prepare(folder) {
      await write(folder, before)
      if (Object.keys(before).length > 0) await run(folder)
      await write(folder, files)
    },
    run,
    async check(folder, done) {
      const state = await stateOf(await open(folder))
      if (done) expect(state).toEqual(fresh)
      else expect([old, fresh]).toContainEqual(state)
      await run(folder)
      expect(await stateOf(await open(folder))).toEqual(fresh)
    },
  }
}

const one: State = { rows: ['1 1.50 a.csv'], refused: ['a.csv:3 x,2'], ledger: ['1 a.csv 1+1'] }

/** Intent, rejects and rows with the names that lead to them; the staged files are the commits and the intent. */
const always = [
  'file lake/t/_millrace/rejects/part-*-*.parquet',
  'file lake/t/part-*-*.parquet',
  'folder lake/t',
  'folder lake/t/_delta_log',
  'folder lake/t/_millrace/files/src',
  'folder lake/t/_millrace/rejects',
  'folder lake/t/_millrace/rejects/_delta_log',
]

/** The folder that the folder of a table's first rejects is named in. */
const rejectsFolder = 'folder lake/t/_millrace'

const later: Pick<FaultCase, 'needed' | 'spare'> = {
  needed: [
    'file lake/.millrace-staging/*',
    'file lake/.millrace-staging/* 2',
    'file lake/.millrace-staging/* 3',
    ...always,
  ],
  // what was loaded before is synced once more: its writer may have been killed
  spare: [
    'file lake/t/_delta_log/00000000000000000001.json',
    'folder .',
    'folder lake',
    'folder lake/t/_millrace',
    'folder lake/t/_millrace/files',
  ],
}

const cases: Readonly<Record<string, FaultCase>> = {
  'a first load': {
    it: loadScenario({
      files: { 'a.csv': 'id,price\n1,1.50\nx,2\n', 'b.csv': 'id,price\n2,2.50\n' },
      fresh: {
        rows: ['1 1.50 a.csv', '2 2.50 b.csv'],
        refused: ['a.csv:3 x,2'],
        ledger: ['1 a.csv 1+1', '1 b.csv 1+0'],
      },
    }),
    needed: [
      'file lake/.millrace-staging/*',
      'file lake/.millrace-staging/* 2',
      'file lake/.millrace-staging/* 3',
      'file lake/.millrace-staging/* 4',
      'file lake/.millrace-staging/* 5',
      'folder .',
      'folder lake',
      'folder lake/t/_millrace',
      'folder lake/t/_millrace/files',
      ...always,
    ],
  },
  'a file that is replaced': {
    it: loadScenario({
      before: { 'a.csv': 'id,price\n1,1.50\nx,2\n' },
      files: { 'a.csv': 'id,price\n7,7.50\ny,8\nz,9\n' },
      onChange: 'replace',
      old: one,
      fresh: {
        rows: ['7 7.50 a.csv'],
        refused: ['a.csv:3 y,8', 'a.csv:4 z,9'],
        ledger: ['1 a.csv 1+1 gone', '2 a.csv 1+2'],
      },
    }),
    ...later,
  },
  'what is appended to a file': {
    it: loadScenario({
      before: { 'a.csv': 'id,price\n1,1.50\nx,2\n' },
      files: { 'a.csv': 'id,price\n1,1.50\nx,2\n7,7.50\ny,8\n' },
      onChange: 'append',
      old: one,
      fresh: {
        rows: ['1 1.50 a.csv', '7 7.50 a.csv'],
        refused: ['a.csv:3 x,2', 'a.csv:5 y,8'],
        ledger: ['1 a.csv 1+1', '2 a.csv 1+1'],
      },
    }),
    ...later,
  },
  'rows whose ids are there already': {
    it: loadScenario({
      id: 'id',
      before: { 'a.csv': 'id,price\n1,1.50\n' },
      files: { 'b.csv': 'id,price\n1,1.50\n1,9\n2,2.50\n' },
      old: { rows: ['1 1.50 a.csv'], refused: [], ledger: ['1 a.csv 1+0'] },
      fresh: {
        rows: ['1 1.50 a.csv', '2 2.50 b.csv'],
        refused: ['b.csv:3 1,9'],
        ledger: ['1 a.csv 1+0', '2 b.csv 1+1'],
      },
    }),
    needed: [
      ...later.needed.filter((name) => name !== 'file lake/t/part-*-*.parquet'),
      'file lake/.millrace-staging/* 4',
      'file lake/t/part-*-*.parquet 2',
      // the rejects are new in it; two points are too few to miss it
      ...(everyPoint ? [rejectsFolder] : []),
    ],
    spare: [
      ...(later.spare ?? []).filter((name) => !everyPoint || name !== rejectsFolder),
      // the first file of rows is written anew without those that are there already
      'file lake/t/part-*-*.parquet',
    ],
  },
}

faultSuite(cases, { faults: 2, cuts: 6, kills: 2 })
