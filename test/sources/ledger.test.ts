import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDuckdb } from '../../src/engines/duckdb.ts'
import type { Engine } from '../../src/engines/engine.ts'
import type { Relation } from '../../src/engines/relation.ts'
import { collectObjects } from '../../src/engines/rows.ts'
import { deleteWhere } from '../../src/lake/delete.ts'
import { allRejectsRelation, fileLedger, filesRelation, ledgerRelation } from '../../src/sources/ledger.ts'
import { nodeDisk } from '../../src/storage/disk.ts'
import { spillFolder } from '../temp-folder.ts'
import { type Loading, load, loading, sourceOf } from './loading.ts'

let engine: Engine

beforeAll(async () => {
  engine = await openDuckdb({ memoryBytes: 512 << 20, threads: 2, tempFolder: spillFolder })
})

afterAll(() => engine.close())

const contract = { columns: { id: 'bigint not null', name: 'varchar' } }

const noLogs = { disk: nodeDisk(), log: async () => undefined }

async function loaded(): Promise<Loading> {
  const on = await loading(engine)
  const source = sourceOf(on, { contract, files: { glob: '*.csv' }, maxRejects: 1 })
  await writeFile(join(on.root, 'a.csv'), 'id,name\n1,a\nx,b\n\n3\n')
  await writeFile(join(on.root, 'b.csv'), 'id,name\n4,"d\ne"\n')
  await load(on, source)
  await writeFile(join(on.root, 'b.csv'), 'id,name\n5,f\n6,g\n')
  await load(on, source)
  return on
}

async function rowsOf({ lake, context }: Loading, t: Relation, order = 'ALL') {
  return collectObjects(await lake.engine.run({ sql: `SELECT * FROM t ORDER BY ${order}`, from: { t } }, context))
}

test('the ledger of each file closes, from counts that are kept apart', async () => {
  const on = await loaded()
  const ledger = await fileLedger(on.lake, 't', on.context)
  expect(
    ledger.map(({ delivery, open, rows, rejectsKept }) => [
      delivery.path,
      delivery.current,
      open,
      rows?.inTable,
      rejectsKept,
    ]),
  ).toEqual([
    ['a.csv', true, [], 1, 2],
    ['b.csv', false, [], undefined, 0],
    ['b.csv', true, [], 2, 0],
  ])
  expect(await rowsOf(on, await ledgerRelation(on.lake, ['t'], on.context, noLogs))).toMatchObject([
    {
      table: 't',
      file: 'a.csv',
      lines: 5n,
      records: 2n,
      stored: 1n,
      rejected: 2n,
      rows_in_table: 1n,
      closes: true,
      open: null,
    },
    { file: 'b.csv', current: false, closes: true },
    { file: 'b.csv', current: true, rows_in_table: 2n, closes: true },
  ])
})

test('rows that went by other means open it, and it says which', async () => {
  const on = await loaded()
  await deleteWhere(on.lake, 't', { sql: 'id = 5' }, {}, on.context)
  const ledger = await fileLedger(on.lake, 't', on.context)
  expect(ledger.map(({ open }) => open)).toEqual([[], [], ['2 rows stored, 1 in the table']])
})

test('a record of what was loaded that is gone is an error, not a shorter ledger', async () => {
  const on = await loaded()
  await on.lake.store.delete('t/_millrace/files/src/1.json')
  await expect(fileLedger(on.lake, 't', on.context)).rejects.toMatchObject({ code: 'LEDGER_LOST' })
})

test('files and rejects are relations for SQL', async () => {
  const on = await loaded()
  expect(await rowsOf(on, await filesRelation(on.lake, ['t'], on.context))).toMatchObject([
    {
      table: 't',
      source: 'src',
      batch: 1n,
      file: 'a.csv',
      lines: 5n,
      header: 1n,
      blank: 1n,
      records: 2n,
      rejected_lines: 1n,
      stored: 1n,
      rejected: 1n,
    },
    { file: 'b.csv', batch: 1n, current: false, continuation: 1n },
    { file: 'b.csv', batch: 2n, current: true, stored: 2n },
  ])
  expect(await rowsOf(on, await allRejectsRelation(on.lake, ['t'], on.context), 'line')).toMatchObject([
    { table: 't', file: 'a.csv', line: 3n, column: 'id', raw: 'x,b' },
    { table: 't', file: 'a.csv', line: 5n, code: 'missing_fields', raw: '3' },
  ])
  expect(await rowsOf(on, await allRejectsRelation(on.lake, [], on.context))).toEqual([])
})
