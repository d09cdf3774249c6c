import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { fileLedger } from '../../src/sources/ledger.ts'
import type { Disk } from '../../src/storage/disk.ts'
import { engine as openEngine } from '../engines/harness.ts'
import type { Scenario } from '../faults/scenario.ts'
import { faultSuite } from '../faults/suite.ts'
import { brief, type Loading, load, loading, query, restore, sourceOf } from './loading.ts'

const engine = await openEngine()
const contract = { columns: { id: 'bigint not null' } }

function open(folder: string, disk?: Disk): Promise<Loading> {
  return loading(engine, { root: dirname(folder), lakeRoot: folder, ...(disk && { disk }) })
}

function source(on: Loading) {
  return sourceOf(on, { contract, files: { glob: '*.csv' } })
}

async function stateOf(on: Loading) {
  const ledger = await fileLedger(on.lake, 't', on.context)
  return {
    rows: (await query(on, 'SELECT id FROM t ORDER BY id')).flat(),
    ledger: ledger.map(({ delivery, rows, open }) => [delivery.path, rows?.removed, ...open]),
    load: brief(await load(on, source(on))),
  }
}

const before = {
  rows: [1n, 2n],
  ledger: [
    ['a.csv', 0],
    ['b.csv', 0],
  ],
  load: ['a.csv: skipped unchanged', 'b.csv: skipped unchanged'],
}
const after = {
  rows: [1n],
  ledger: [
    ['a.csv', 0],
    ['b.csv', 1],
  ],
  load: ['a.csv: skipped unchanged', 'b.csv: skipped removed'],
}

/** A restore that takes the rows of one file away: done with its record, or not at all. */
const scenario: Scenario = {
  async prepare(folder) {
    const on = await open(folder)
    for (const [name, id] of [
      ['a.csv', 1],
      ['b.csv', 2],
    ]) {
      await writeFile(join(dirname(folder), String(name)), `id\n${id}\n`)
      await load(on, source(on))
    }
  },
  run: async (folder, disk) => restore(await open(folder, disk), 1),
  async check(folder, done) {
    const on = await open(folder)
    expect(done ? [after] : [before, after]).toContainEqual(await stateOf(on))
    await restore(on, 1)
    expect(await stateOf(on)).toEqual(after)
  },
}

faultSuite(
  {
    'a restore of what files have brought': {
      it: scenario,
      needed: [
        'file lake/.millrace-staging/*',
        'file lake/.millrace-staging/* 2',
        'folder lake/t/_delta_log',
        'folder lake/t/_millrace',
        'folder lake/t/_millrace/removals',
      ],
      spare: ['folder .', 'folder lake', 'folder lake/t'],
    },
  },
  { faults: 2, cuts: 6, kills: 2 },
)
