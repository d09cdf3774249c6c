import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDuckdb } from '../../src/engines/duckdb.ts'
import type { Engine } from '../../src/engines/engine.ts'
import { fileLedger } from '../../src/sources/ledger.ts'
import { spillFolder } from '../temp-folder.ts'
import { brief, type Loading, load, loading, query, rejects, sourceOf } from './loading.ts'

let engine: Engine

beforeAll(async () => {
  engine = await openDuckdb({ memoryBytes: 512 << 20, threads: 2, tempFolder: spillFolder })
})

afterAll(() => engine.close())

const contract = { columns: { id: 'varchar', price: 'decimal(8,2)', name: 'varchar' }, id: 'id' }
const head = 'id,price,name\n'

async function loadText(on: Loading, files: Readonly<Record<string, string>>, options: { onChange?: 'replace' } = {}) {
  for (const [path, text] of Object.entries(files)) await writeFile(join(on.root, path), text)
  const outcomes = await load(on, sourceOf(on, { contract, files: { glob: '*.csv' }, maxRejects: 1, ...options }))
  const ledger = await fileLedger(on.lake, 't', on.context)
  expect(ledger.flatMap(({ open }) => open)).toEqual([])
  return brief(outcomes).filter((text) => !text.includes('skipped'))
}

const rowsOf = (on: Loading) => query(on, 'SELECT id, price, name FROM t ORDER BY ALL')
const refused = async (on: Loading) => (await rejects(on)).map(({ file, line, code, raw }) => [file, line, code, raw])

test('the same id with the same content is a duplicate, within the files and against the table', async () => {
  const on = await loading(engine)
  expect(await loadText(on, { 'a.csv': `${head}a,1,x\nb,2,y\na,1.00,x\n` })).toEqual(['a.csv: loaded 2+0=1'])
  expect(await loadText(on, { 'b.csv': `${head}b,2,y\nc,3,z\nc,3,z\n`, 'c.csv': `${head}c,3,z\n` })).toEqual([
    'b.csv: loaded 1+0=2',
    'c.csv: loaded 0+0=1',
  ])
  expect(await rowsOf(on)).toEqual([
    ['a', '1.00', 'x'],
    ['b', '2.00', 'y'],
    ['c', '3.00', 'z'],
  ])
})

test('the same id with other content is a conflict, kept whole; the first stays', async () => {
  const on = await loading(engine)
  expect(await loadText(on, { 'a.csv': `${head}a,1,x\na,2,"x\ny"\na,1,x\nb,2,y\n` })).toEqual(['a.csv: loaded 2+1=1'])
  expect(await loadText(on, { 'b.csv': `${head}b,9,y\nb,2,y\nc,1,z\nc,2,z\n` })).toEqual(['b.csv: loaded 1+2=1'])
  expect(await rowsOf(on)).toEqual([
    ['a', '1.00', 'x'],
    ['b', '2.00', 'y'],
    ['c', '1.00', 'z'],
  ])
  expect(await refused(on)).toEqual([
    ['a.csv', 3n, 'conflict', 'a,2,"x\ny"'],
    ['b.csv', 2n, 'conflict', 'b,9,y'],
    ['b.csv', 5n, 'conflict', 'c,2,z'],
  ])
})

test('a conflict does not tell an id that is personal', async () => {
  const on = await loading(engine)
  const personal = { ...contract, columns: { ...contract.columns, id: { type: 'varchar', pii: true } } }
  await writeFile(join(on.root, 'a.csv'), `${head}secret,1,x\nsecret,2,y\n`)
  await load(on, sourceOf(on, { contract: personal, files: { glob: '*.csv' }, maxRejects: 1 }))
  expect((await rejects(on)).map(({ code, message }) => [code, message])).toEqual([
    ['conflict', 'the id (hidden) is there already, with other content'],
  ])
})

test('rows without an id are all kept, and an id whose row was refused is free', async () => {
  const on = await loading(engine)
  expect(await loadText(on, { 'a.csv': `${head},1,x\n,1,x\na,free,x\na,1,x\n` })).toEqual(['a.csv: loaded 3+1'])
  expect(await rowsOf(on)).toEqual([
    ['a', '1.00', 'x'],
    [null, '1.00', 'x'],
    [null, '1.00', 'x'],
  ])
})

test('ids of rows that are replaced are free in the same commit', async () => {
  const on = await loading(engine)
  await loadText(on, { 'a.csv': `${head}a,1,x\nb,2,y\n` })
  expect(await loadText(on, { 'a.csv': `${head}a,5,x\nb,2,y\nc,3,z\n` }, { onChange: 'replace' })).toEqual([
    'a.csv: loaded 3+0',
  ])
  expect(await rowsOf(on)).toEqual([
    ['a', '5.00', 'x'],
    ['b', '2.00', 'y'],
    ['c', '3.00', 'z'],
  ])
})

test('generateId gives rows without an id one of their own', async () => {
  const on = await loading(engine)
  await writeFile(join(on.root, 'a.csv'), 'price,name\n1,x\n1,x\n')
  const source = sourceOf(on, { contract, files: { glob: '*.csv' } })
  await load(on, { ...source, rules: { ...source.rules, generateId: true } })
  expect(await query(on, 'SELECT count(DISTINCT id), min(length(id)) FROM t')).toEqual([[2n, 36n]])
})

test('in a large file that the engine reads alone, too', async () => {
  const on = await loading(engine)
  const lines = Array.from({ length: 400_000 }, (_, row) => `id-${row},1.50,name of this row ${row}`)
  lines[1000] = lines[5] as string
  lines[2000] = 'id-7,9.99,other'
  expect(await loadText(on, { 'a.csv': `${head}${lines.join('\n')}\n` })).toEqual(['a.csv: loaded 399998+1=1'])
  expect(await refused(on)).toEqual([['a.csv', 2002n, 'conflict', 'id-7,9.99,other']])
})
