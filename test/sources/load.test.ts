import { copyFile, mkdir, readdir, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { MillEvent } from '../../src/core/events.ts'
import { openDuckdb } from '../../src/engines/duckdb.ts'
import type { Engine } from '../../src/engines/engine.ts'
import { spillFolder } from '../temp-folder.ts'
import { brief, load, loading, query, rejects, sourceOf } from './loading.ts'

let engine: Engine

beforeAll(async () => {
  engine = await openDuckdb({ memoryBytes: 512 << 20, threads: 2, tempFolder: spillFolder })
})

afterAll(() => engine.close())

const contract = { columns: { id: 'bigint not null', day: 'date', price: 'decimal(8,2)', name: 'varchar' } }
const csv = 'id,day,price,name\n1,2024-01-01,1.50,a\n2,2024-01-02,2.50,b\n3,,,\n'

test('rows of a file are in the table, each with the file that it came in', async () => {
  const on = await loading(engine)
  await writeFile(join(on.root, 'a.csv'), csv)
  const source = sourceOf(on, { contract, files: { glob: '*.csv' } })
  expect(brief(await load(on, source))).toEqual(['a.csv: loaded 3+0'])
  expect(on.events.findLast((event) => event.type === 'task.progress' && event.unit === 'bytes')).toMatchObject({
    task: 'reading a.csv',
    done: csv.length,
    total: csv.length,
  })
  expect(await query(on, 'SELECT id, day, price, name, extra, _file FROM t ORDER BY id')).toEqual([
    [1n, '2024-01-01', '1.50', 'a', null, 'a.csv'],
    [2n, '2024-01-02', '2.50', 'b', null, 'a.csv'],
    [3n, null, null, null, null, 'a.csv'],
  ])
})

test('the same content is loaded once, however it is named or compressed', async () => {
  const on = await loading(engine)
  const source = sourceOf(on, { contract, files: { glob: '*' + '.{csv,gz,zst}' } })
  await writeFile(join(on.root, 'a.csv'), csv)
  expect(brief(await load(on, source))).toEqual(['a.csv: loaded 3+0'])
  expect(brief(await load(on, source))).toEqual(['a.csv: skipped unchanged'])
  await copyFile(join(on.root, 'a.csv'), join(on.root, 'b.csv'))
  await writeFile(join(on.root, 'c.csv.gz'), gzipSync(csv))
  await writeFile(join(on.root, 'd.csv.zst'), zstdCompressSync(csv))
  await writeFile(join(on.root, 'e.csv.gz'), Buffer.concat([gzipSync(csv.slice(0, 30)), gzipSync(csv.slice(30))]))
  expect(brief(await load(on, source))).toEqual([
    'a.csv: skipped unchanged',
    'b.csv: skipped known a.csv',
    'c.csv.gz: skipped known a.csv',
    'd.csv.zst: skipped known a.csv',
    'e.csv.gz: skipped known a.csv',
  ])
  await rename(join(on.root, 'a.csv'), join(on.root, 'z.csv'))
  expect(brief(await load(on, source))).toContain('z.csv: skipped known a.csv')
  expect(await query(on, 'SELECT count(*) FROM t')).toEqual([[3n]])
})

test('two new files of the same content are loaded once', async () => {
  const on = await loading(engine)
  await writeFile(join(on.root, 'a.csv'), csv)
  await writeFile(join(on.root, 'b.csv'), csv)
  const source = sourceOf(on, { contract, files: { glob: '*.csv' } })
  expect(brief(await load(on, source))).toEqual(['a.csv: loaded 3+0', 'b.csv: skipped known a.csv'])
})

test('what breaks the contract is kept whole, with its line and the reason', async () => {
  const on = await loading(engine)
  await writeFile(
    join(on.root, 'a.csv'),
    Buffer.concat([
      Buffer.from('id,day,price,name\n1,2024-02-30,1,a\n\n2,2024-01-01,1.234,"b\nc"\n3,,,\nx,,,\n5,,\n6,,,'),
      Buffer.from([0xff, 10]),
    ]),
  )
  const source = sourceOf(on, { contract, files: { glob: '*.csv' }, maxRejects: 1 })
  const outcomes = await load(on, source)
  expect(brief(outcomes)).toEqual(['a.csv: loaded 1+5'])
  expect(outcomes[0]).toMatchObject({
    delivery: { lines: 9, counts: { header: 1, blank: 1, records: 4, continuation: 1, rejected: 2 }, rejected: 3 },
  })
  const kept = await rejects(on)
  expect(kept.map((row) => [row['line'], row['column'], row['code'], row['raw'], row['encoding']])).toEqual([
    [2n, 'day', 'type', '1,2024-02-30,1,a', 'text'],
    [4n, 'price', 'type', '2,2024-01-01,1.234,"b\nc"', 'text'],
    [7n, 'id', 'type', 'x,,,', 'text'],
    [8n, null, 'missing_fields', '5,,', 'text'],
    [9n, null, 'bad_encoding', Buffer.from([0x36, 44, 44, 44, 0xff]).toString('base64'), 'base64'],
  ])
  expect(kept[0]?.['message']).toContain('2024-02-30')
})

test('a file with too many rejects is not loaded, and the others are', async () => {
  const on = await loading(engine)
  await writeFile(join(on.root, 'a.csv'), csv)
  await writeFile(join(on.root, 'b.csv'), csv.replaceAll(',', ';'))
  const source = sourceOf(on, { contract, files: { glob: '*.csv', delimiter: ',' } })
  const outcomes = await load(on, source)
  expect(brief(outcomes)).toEqual(['a.csv: loaded 3+0', 'b.csv: refused REJECTS_OVER_LIMIT'])
  expect(outcomes[1]).toMatchObject({ error: { message: expect.stringContaining('3 of 3 records') } })
  expect(await query(on, 'SELECT count(*) FROM t')).toEqual([[3n]])
  expect(await rejects(on)).toEqual([])
})

test('onChange replace: the old rows and rejects go, the new come', async () => {
  const on = await loading(engine)
  const source = sourceOf(on, { contract, files: { glob: '*.csv' }, maxRejects: 1 })
  await writeFile(join(on.root, 'a.csv'), `${csv}x,,,\n`)
  await writeFile(join(on.root, 'b.csv'), 'id,day,price,name\n9,,,\n')
  await load(on, source)
  expect(await rejects(on)).toHaveLength(1)
  await writeFile(join(on.root, 'a.csv'), 'id,day,price,name\n7,,,\n8,2024-13-01,,\n')
  expect(brief(await load(on, source))).toEqual(['a.csv: loaded 1+1', 'b.csv: skipped unchanged'])
  expect(await query(on, 'SELECT id FROM t ORDER BY 1')).toEqual([[7n], [9n]])
  expect((await rejects(on)).map((row) => row['raw'])).toEqual(['8,2024-13-01,,'])
})

test('content that was replaced is loaded again when it comes back', async () => {
  const on = await loading(engine)
  const source = sourceOf(on, { contract, files: { glob: '*.csv' } })
  const path = join(on.root, 'a.csv')
  for (const text of [csv, 'id,day,price,name\n7,,,\n', csv]) {
    await writeFile(path, text)
    expect(brief(await load(on, source))[0]).toMatch(/loaded/)
  }
  expect(await query(on, 'SELECT id FROM t ORDER BY 1')).toEqual([[1n], [2n], [3n]])
})

test('a log that rotates keeps its rows: the old content under its new name, the new under the old', async () => {
  const on = await loading(engine)
  const source = sourceOf(on, { contract, files: { glob: 'app.csv*' } })
  await writeFile(join(on.root, 'app.csv'), csv)
  await load(on, source)
  await rename(join(on.root, 'app.csv'), join(on.root, 'app.csv.1'))
  await writeFile(join(on.root, 'app.csv'), 'id,day,price,name\n7,,,\n')
  expect(brief(await load(on, source))).toEqual(['app.csv: loaded 1+0', 'app.csv.1: loaded 3+0'])
  expect(await query(on, 'SELECT id, _file FROM t ORDER BY 1')).toEqual([
    [1n, 'app.csv.1'],
    [2n, 'app.csv.1'],
    [3n, 'app.csv.1'],
    [7n, 'app.csv'],
  ])
})

test('a file that becomes a copy of another gives up its rows and brings none', async () => {
  const on = await loading(engine)
  const source = sourceOf(on, { contract, files: { glob: '*.csv' } })
  await writeFile(join(on.root, 'a.csv'), csv)
  await writeFile(join(on.root, 'b.csv'), 'id,day,price,name\n9,,,\n')
  await load(on, source)
  await writeFile(join(on.root, 'b.csv'), csv)
  expect(brief(await load(on, source))).toEqual(['a.csv: skipped unchanged', 'b.csv: removed a.csv'])
  expect(brief(await load(on, source))).toEqual(['a.csv: skipped unchanged', 'b.csv: skipped known a.csv'])
  expect(await query(on, 'SELECT count(*) FROM t')).toEqual([[3n]])
})

test('onChange append: only what follows the old content', async () => {
  const on = await loading(engine)
  const source = sourceOf(on, { contract, files: { glob: '*.csv' }, onChange: 'append', maxRejects: 1 })
  const path = join(on.root, 'a.csv')
  await writeFile(path, csv)
  await load(on, source)
  await writeFile(path, `${csv}4,,,\nx,,,\n`)
  expect(brief(await load(on, source))).toEqual(['a.csv: loaded 1+1'])
  await writeFile(path, `${csv}4,,,\nx,,,\n5,,,`)
  expect(brief(await load(on, source))).toEqual(['a.csv: loaded 1+0'])
  expect(await query(on, 'SELECT id FROM t ORDER BY 1')).toEqual([[1n], [2n], [3n], [4n], [5n]])
  expect((await rejects(on)).map((row) => row['line'])).toEqual([6n])
  await writeFile(path, `${csv}4,,,\nx,,,\n5,,,\n6,,,\n`)
  expect(brief(await load(on, source))).toEqual(['a.csv: refused FILE_CHANGED'])
  await writeFile(path, 'id,day,price,name\n7,,,\n')
  expect(brief(await load(on, source))).toEqual(['a.csv: refused FILE_CHANGED'])
})

test('onChange refuse: a changed file is refused, and says so', async () => {
  const on = await loading(engine)
  const source = sourceOf(on, { contract, files: { glob: '*.csv' }, onChange: 'refuse' })
  await writeFile(join(on.root, 'a.csv'), csv)
  await load(on, source)
  await writeFile(join(on.root, 'a.csv'), `${csv}4,,,\n`)
  expect(brief(await load(on, source))).toEqual(['a.csv: refused FILE_CHANGED'])
})

test('fields that drift: a missing column is NULL, a new one goes to extra, and the report says so', async () => {
  const on = await loading(engine)
  await writeFile(join(on.root, 'a.csv'), 'NAME , id,colour\nx,1,red\ny,2,\n')
  await writeFile(join(on.root, 'b.csv'), csv)
  const source = sourceOf(on, { contract, files: { glob: '*.csv' } })
  const outcomes = await load(on, source)
  expect(outcomes[0]).toMatchObject({ drift: { missing: ['day', 'price'], undeclared: ['colour'] } })
  expect(outcomes[1]).toMatchObject({ drift: { missing: [], undeclared: [] } })
  expect(await query(on, "SELECT id, name, price, extra FROM t WHERE _file = 'a.csv' ORDER BY 1")).toEqual([
    [1n, 'x', null, '{"colour":"red"}'],
    [2n, 'y', null, null],
  ])
})

test('empty files and files with a header only are loaded as nothing', async () => {
  const on = await loading(engine)
  await writeFile(join(on.root, 'a.csv'), '')
  await writeFile(join(on.root, 'b.csv'), 'id,day,price,name\n')
  await writeFile(join(on.root, 'c.csv'), csv)
  const source = sourceOf(on, { contract, files: { glob: '*.csv' } })
  expect(brief(await load(on, source))).toEqual(['a.csv: loaded 0+0', 'b.csv: loaded 0+0', 'c.csv: loaded 3+0'])
  expect(brief(await load(on, source))).toEqual(['a', 'b', 'c'].map((name) => `${name}.csv: skipped unchanged`))
})

test('a file that cannot be read is refused by itself', async () => {
  const on = await loading(engine)
  await writeFile(join(on.root, 'a.csv'), csv)
  await writeFile(join(on.root, 'b.csv'), gzipSync(csv.repeat(100)).subarray(0, 40))
  const source = sourceOf(on, { contract, files: { glob: '*.csv' } })
  expect(brief(await load(on, source))).toEqual(['a.csv: loaded 3+0', 'b.csv: refused FILE_UNREADABLE'])
})

test('a large file is read by the engine, and one with faults line by line, with the same rows', async () => {
  const on = await loading(engine)
  const lines = Array.from({ length: 400_000 }, (_, row) => `${row},2024-01-01,1.50,name ${row}`)
  const head = 'id,day,price,name\n'
  await writeFile(join(on.root, 'clean.csv'), `${head}${lines.join('\n')}\n`)
  lines[17] = 'x17,2024-01-01,1.50,name 17'
  await writeFile(join(on.root, 'values.csv'), `${head}${lines.join('\n')}\n`)
  lines[200_000] = '200000,2024-01-01'
  lines[300_000] = '300000,2024-01-01,1.50,"name'
  await writeFile(join(on.root, 'lines.csv'), `${head}${lines.join('\n')}\n`)
  const source = sourceOf(on, { contract, files: { glob: '*.csv' } })
  expect(brief(await load(on, source))).toEqual([
    'clean.csv: loaded 400000+0',
    'lines.csv: loaded 399997+3',
    'values.csv: loaded 399999+1',
  ])
  expect((await rejects(on)).map((row) => [row['file'], row['line'], row['code']])).toEqual([
    ['lines.csv', 19n, 'type'],
    ['lines.csv', 200_002n, 'missing_fields'],
    ['lines.csv', 300_002n, 'unclosed_quote'],
    ['values.csv', 19n, 'type'],
  ])
})

test('a file that changes while it is read is refused', async () => {
  const on = await loading(engine)
  await writeFile(join(on.root, 'a.csv'), csv)
  const source = sourceOf(on, { contract, files: { glob: '*.csv' } })
  const { reader } = source
  const hasty: typeof reader = {
    ...reader,
    async numbered(...given) {
      const reading = await reader.numbered(...given)
      await writeFile(join(on.root, 'a.csv'), `${csv}4,,,\n`)
      return reading
    },
  }
  expect(brief(await load(on, { ...source, reader: hasty }))).toEqual(['a.csv: refused FILE_CHANGING'])
  expect(brief(await load(on, source))).toEqual(['a.csv: loaded 4+0'])
})

test('cancelled in the middle, the table is as before, and nothing is left in the folders', async () => {
  const on = await loading(engine)
  await writeFile(join(on.root, 'a.csv'), csv)
  const source = sourceOf(on, { contract, files: { glob: '*.csv' } })
  await load(on, source)
  const lines = Array.from({ length: 400_000 }, (_, row) => `${row},2024-01-01,1.50,name ${row}`)
  await writeFile(join(on.root, 'b.csv'), `id,day,price,name\n${lines.join('\n')}\n`)
  const before = await readdir(join(on.root, 'lake'), { recursive: true })
  const stop = new AbortController()
  const emit = (event: MillEvent) => {
    if (event.type === 'task.progress' && event.task === 'reading b.csv' && event.done > 4_000_000) stop.abort()
  }
  await expect(load({ ...on, context: { ...on.context, emit, signal: stop.signal } }, source)).rejects.toBeDefined()
  expect(stop.signal.aborted).toBe(true)
  expect(await readdir(join(on.root, 'lake'), { recursive: true })).toEqual(before)
  expect(await readdir(join(on.root, '.millrace/tmp'))).toEqual([])
  expect(brief(await load(on, source))).toEqual(['a.csv: skipped unchanged', 'b.csv: loaded 400000+0'])
})

test('thousands of small files are a few commits', async () => {
  const on = await loading(engine)
  await mkdir(join(on.root, 'in'))
  for (let at = 0; at < 2500; at++)
    await writeFile(join(on.root, 'in', `${at}.csv`), `id,day,price,name\n${at},,,x\n${at + 10000},,,y\n`)
  const source = sourceOf(on, { contract, files: { glob: 'in/*.csv' } })
  const outcomes = await load(on, source)
  expect(outcomes).toHaveLength(2500)
  expect(new Set(brief(outcomes).map((text) => text.split(': ')[1]))).toEqual(new Set(['loaded 2+0']))
  expect(await query(on, 'SELECT count(*), count(DISTINCT id), count(DISTINCT _file) FROM t')).toEqual([
    [5000n, 5000n, 2500n],
  ])
  await rm(join(on.root, 'in', '7.csv'))
  expect(on.events.filter((event) => event.type === 'table.committed' && event.table === 't')).toHaveLength(3)
})

test('files of a batch stay when what comes after its commit fails', async () => {
  const on = await loading(engine)
  await writeFile(join(on.root, 'a.csv'), csv)
  const source = sourceOf(on, { contract, files: { glob: '*.csv' } })
  const failing = {
    ...on,
    context: {
      ...on.context,
      emit: ({ type }: { readonly type: string }) => {
        if (type === 'file.loaded') throw new Error('the listener is broken')
      },
    },
  }
  await expect(load(failing, source)).rejects.toThrow('the listener is broken')
  expect(await query(on, 'SELECT count(*) FROM t')).toEqual([[3n]])
  expect(brief(await load(on, source))).toEqual(['a.csv: skipped unchanged'])
})

test('long lines that are refused are kept whole, many of them in little memory', async () => {
  const on = await loading(engine)
  const long = (text: string, bytes: number) => text.repeat(Math.ceil(bytes / Buffer.byteLength(text)))
  const lines = [
    ...Array.from({ length: 20 }, (_, at) => `x${at},2024-01-01,1.50,${long('many ', 1_500_000)}`),
    `x,2024-01-01,1.50,${long('\u0001', 1_900_000)}\u0001`,
    `7,2024-01-01,1.50,"${long('é', 7_500_000)}`,
  ]
  await writeFile(join(on.root, 'a.csv'), `id,day,price,name\n1,2024-01-01,1.50,a\n${lines.join('\n')}\n`)
  await writeFile(join(on.root, 'b.csv'), `id,day,price,name\n${long('endless ', 9_000_000)}`)
  const source = sourceOf(on, { contract, files: { glob: '*.csv' }, maxRejects: 1 })
  expect(brief(await load(on, source))).toEqual(['a.csv: loaded 1+22', 'b.csv: refused FILE_UNREADABLE'])
  const kept = await rejects(on)
  expect(kept.map(({ line }) => line)).toEqual(lines.map((_, at) => BigInt(at + 3)))
  for (const [at, { raw, encoding }] of kept.entries())
    expect(
      Buffer.from(`${raw}`, encoding === 'text' ? 'utf8' : 'base64').equals(Buffer.from(lines[at] as string)),
    ).toBe(true)
})

test('a JSON document is held whole, so one that is too large is refused, and the others are loaded', async () => {
  const on = await loading(engine)
  await writeFile(join(on.root, 'a.json'), '[{"id": 1}]')
  await writeFile(join(on.root, 'b.json'), '[{"id": 2}]')
  await truncate(join(on.root, 'b.json'), 256_000_001)
  const outcomes = await load(on, sourceOf(on, { contract: { columns: { id: 'bigint' } }, files: { glob: '*.json*' } }))
  expect(brief(outcomes)).toEqual(['a.json: loaded 1+0', 'b.json: refused DOCUMENT_TOO_LARGE'])
})
