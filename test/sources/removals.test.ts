import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { deleteWhere, planDelete } from '../../src/lake/delete.ts'
import { applyRestore, planRestore } from '../../src/lake/restore.ts'
import { fileLedger } from '../../src/sources/ledger.ts'
import type { LoadSource } from '../../src/sources/load-source.ts'
import { deleteRows } from '../../src/sources/removals.ts'
import { engine as openEngine } from '../engines/harness.ts'
import { brief, type Loading, load, loading, query, restore, type SourceOptions, sourceOf } from './loading.ts'

const engine = await openEngine()
const contract = { columns: { id: 'bigint not null', name: 'varchar' } }

/** A table at version 0, and a source of all CSV files in its folder. */
async function start(options: Partial<SourceOptions> = {}) {
  const on = await loading(engine)
  const source = sourceOf(on, { contract, files: { glob: '*.csv' }, ...options })
  const write = (name: string, ...rows: readonly string[]) =>
    writeFile(join(on.root, name), ['id,name', ...rows, ''].join('\n'))
  return { on, source, write }
}

async function loadOnce(on: Loading, source: LoadSource): Promise<string[]> {
  return brief(await load(on, source))
}

/** Each file's equation, and what does not close. */
async function equations(on: Loading): Promise<string[]> {
  const ledger = await fileLedger(on.lake, 't', on.context)
  return ledger.flatMap(({ delivery, rows, open }) => {
    const faults = open.map((fault) => `${delivery.path} open: ${fault}`)
    if (!rows) return faults
    const { stored, removed, restored, inTable, by } = rows
    return [[`${delivery.path}: ${stored} − ${removed} + ${restored} = ${inTable}`, ...by].join('; '), ...faults]
  })
}

test('what a restore takes out and brings back is part of the ledger, with its commit', async () => {
  const { on, source, write } = await start()
  await write('a.csv', '1,a', '2,b')
  await load(on, source)
  await write('b.csv', '3,c')
  await load(on, source)
  await restore(on, 1)
  expect(await equations(on)).toEqual([
    'a.csv: 2 − 0 + 0 = 2',
    'b.csv: 1 − 1 + 0 = 0; version 3 (RESTORE to version 1): −1',
  ])
  await restore(on, 0)
  expect(await equations(on)).toEqual([
    'a.csv: 2 − 2 + 0 = 0; version 4 (RESTORE to version 0): −2',
    'b.csv: 1 − 1 + 0 = 0; version 3 (RESTORE to version 1): −1',
  ])
  await restore(on, 2)
  expect(await equations(on)).toEqual(['a.csv: 2 − 0 + 0 = 2', 'b.csv: 1 − 0 + 0 = 1'])
})

test('an old content that a restore brings back is counted, and goes with the next', async () => {
  const { on, source, write } = await start()
  await write('a.csv', '1,a', '2,b')
  await load(on, source)
  await write('a.csv', '7,g')
  await load(on, source)
  await restore(on, 1)
  expect(await equations(on)).toEqual(['a.csv: 1 − 1 + 2 = 2; version 3 (RESTORE to version 1): −1 +2'])
  expect(await loadOnce(on, source)).toEqual(['a.csv: skipped removed'])
  await write('c.csv', '1,a', '2,b')
  expect(await loadOnce(on, source)).toEqual(['a.csv: skipped removed', 'c.csv: skipped known a.csv'])
  await write('a.csv', '8,h')
  expect(await loadOnce(on, source)).toEqual(['a.csv: loaded 1+0', 'c.csv: loaded 2+0'])
  expect(await query(on, 'SELECT id FROM t ORDER BY id')).toEqual([[1n], [2n], [8n]])
  expect(await equations(on)).toEqual(['a.csv: 1 − 0 + 0 = 1', 'c.csv: 2 − 0 + 0 = 2'])
})

test('rows that are deleted on purpose are part of the ledger, until a restore undoes that', async () => {
  const { on, source, write } = await start()
  await write('a.csv', '1,a', '2,b', '3,c')
  await load(on, source)
  const gone = async (sql: string) =>
    deleteRows(on.lake, await planDelete(on.lake, 't', { sql }, on.context), on.context)
  await gone('id = 1 -- the first')
  await gone('id = 3 OR id = 99')
  expect(await equations(on)).toEqual(['a.csv: 3 − 2 + 0 = 1; version 2 (DELETE): −1; version 3 (DELETE): −1'])
  await restore(on, 2)
  expect(await equations(on)).toEqual(['a.csv: 3 − 1 + 0 = 2; version 2 (DELETE): −1'])
  await write('a.csv', '4,d')
  await load(on, source)
  expect(await equations(on)).toEqual(['a.csv: 1 − 0 + 0 = 1'])
})

test('a loss that nobody has named opens it, before a restore and after one', async () => {
  const { on, source, write } = await start()
  await write('a.csv', '1,a', '2,b')
  await load(on, source)
  await deleteWhere(on.lake, 't', { sql: 'id = 1' }, {}, on.context)
  expect(await equations(on)).toEqual(['a.csv: 2 − 0 + 0 = 1', 'a.csv open: 2 rows stored, 1 in the table'])
  await write('b.csv', '3,c', '4,d')
  await load(on, source)
  await restore(on, 2)
  await deleteWhere(on.lake, 't', { sql: 'id = 2' }, {}, on.context)
  expect(await equations(on)).toEqual([
    'a.csv: 2 − 0 + 0 = 0',
    'a.csv open: 2 rows stored, 0 in the table',
    'b.csv: 2 − 2 + 0 = 0; version 4 (RESTORE to version 2): −2',
  ])
  await restore(on, 1)
  expect(await equations(on)).toEqual([
    'a.csv: 2 − 0 + 0 = 2',
    'b.csv: 2 − 2 + 0 = 0; version 4 (RESTORE to version 2): −2',
  ])
})

test('a restore by another writer is no removal that the ledger knows of', async () => {
  const { on, source, write } = await start()
  await write('a.csv', '1,a', '2,b')
  await load(on, source)
  await write('a.csv', '7,g')
  await load(on, source)
  await applyRestore(on.lake, await planRestore(on.lake, 't', { version: 0 }, on.context), {}, on.context)
  expect(await equations(on)).toEqual(['a.csv: 1 − 0 + 0 = 0', 'a.csv open: 1 row stored, 0 in the table'])
})

test('rows that came back though their file has left open it', async () => {
  const { on, source, write } = await start()
  await write('a.csv', '1,a')
  await write('b.csv', '2,b')
  await load(on, source)
  await write('a.csv', '2,b')
  expect(await loadOnce(on, source)).toEqual(['a.csv: removed b.csv', 'b.csv: skipped unchanged'])
  expect(await equations(on)).toEqual(['b.csv: 1 − 0 + 0 = 1'])
  await applyRestore(on.lake, await planRestore(on.lake, 't', { version: 1 }, on.context), {}, on.context)
  expect(await equations(on)).toEqual([
    'a.csv: 0 − 0 + 0 = 1',
    'a.csv open: 0 rows stored, 1 in the table',
    'b.csv: 1 − 0 + 0 = 1',
  ])
})

test('rows that were restored away stay away until the file is loaded again', async () => {
  const { on, source, write } = await start()
  await write('a.csv', '1,a')
  await write('b.csv', '2,b')
  await load(on, source)
  await restore(on, 0)
  await write('copy.csv', '1,a')
  const passed = ['a.csv: skipped removed', 'b.csv: skipped removed', 'copy.csv: skipped removed a.csv']
  expect(await loadOnce(on, source)).toEqual(passed)
  const again = (glob: string) => loadOnce(on, { ...sourceOf(on, { contract, files: { glob } }), again: true })
  expect(await again('b.csv')).toEqual(['b.csv: loaded 1+0'])
  expect(await again('copy.csv')).toEqual(['copy.csv: loaded 1+0'])
  expect(await query(on, 'SELECT id, _file FROM t ORDER BY id')).toEqual([
    [1n, 'copy.csv'],
    [2n, 'b.csv'],
  ])
  expect(await loadOnce(on, source)).toEqual([
    'a.csv: skipped known copy.csv',
    'b.csv: skipped unchanged',
    'copy.csv: skipped unchanged',
  ])
  expect(await again('*.csv')).toEqual(['a.csv: loaded 1+0', 'b.csv: loaded 1+0', 'copy.csv: removed a.csv'])
  expect(await equations(on)).toEqual(['a.csv: 1 − 0 + 0 = 1', 'b.csv: 1 − 0 + 0 = 1'])
})

test('what is appended after a restore comes, and what was restored away stays away', async () => {
  const { on, source, write } = await start({ onChange: 'append' })
  await write('a.csv', '1,a')
  await load(on, source)
  await write('a.csv', '1,a', '2,b')
  await load(on, source)
  await restore(on, 1)
  await write('a.csv', '1,a', '2,b', '3,c')
  expect(await loadOnce(on, source)).toEqual(['a.csv: loaded 1+0'])
  expect(await query(on, 'SELECT id FROM t ORDER BY id')).toEqual([[1n], [3n]])
  expect(await equations(on)).toEqual(['a.csv: 3 − 1 + 0 = 2; version 3 (RESTORE to version 1): −1'])
})

test('a record of a removal that is gone is an error, not another ledger', async () => {
  const { on, source, write } = await start()
  await write('a.csv', '1,a')
  await load(on, source)
  await restore(on, 0)
  await on.lake.store.delete('t/_millrace/removals/1.json')
  await expect(fileLedger(on.lake, 't', on.context)).rejects.toMatchObject({ code: 'LEDGER_LOST' })
})
