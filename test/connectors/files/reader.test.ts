import { appendFile, copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FilesOptions } from '../../../src/connectors/files/options.ts'
import { fileReader } from '../../../src/connectors/files/reader.ts'
import type { Context } from '../../../src/core/context.ts'
import { openDuckdb } from '../../../src/engines/duckdb.ts'
import type { Engine } from '../../../src/engines/engine.ts'
import { collectObjects } from '../../../src/engines/rows.ts'
import type { FileToRead, LineReject, Part } from '../../../src/sources/reader.ts'
import { spillFolder, tempFolder } from '../../temp-folder.ts'

const context: Context = { signal: new AbortController().signal, emit: () => {}, now: () => 0 }
let engine: Engine

beforeAll(async () => {
  engine = await openDuckdb({ memoryBytes: 512 << 20, threads: 2, tempFolder: spillFolder })
})

afterAll(() => engine.close())

async function rowsOf(part: Part) {
  const { relation } = part
  return collectObjects(await engine.run({ sql: 'SELECT * FROM raw', from: { raw: relation } }, context))
}

async function numbered(root: string, options: Partial<FilesOptions> & { glob: string }, after?: FileToRead['after']) {
  const reader = fileReader({ root, ...options })
  const rejects: LineReject[] = []
  const found = await reader.find(context)
  const toRead = found.map((file) => ({ file, ...(after && { after }) }))
  await using reading = await reader.numbered(toRead, await tempFolder(), (reject) => rejects.push(reject), context)
  const rows: Record<string, unknown>[] = []
  for (const [index, part] of reading.parts.entries())
    for (const row of await rowsOf(part)) {
      if (part.textColumn !== undefined) {
        rows.push(row)
        continue
      }
      const text = await reading.text({ part: index, at: Number(row['_at']), bytes: Number(row['_len']) })
      rows.push({ ...row, text: String(text) })
    }
  return { parts: reading.parts, files: reading.files, rows, rejects }
}

test('records of many files are one relation a shape, and know where they came from', async () => {
  const root = await tempFolder()
  await writeFile(join(root, 'a.csv'), 'x,y\n1,"two\nlines"\n3,"say ""so"""\n')
  await writeFile(join(root, 'b.csv'), gzipSync('x,y\r\n5,\r\n\r\n7,""\r\n'))
  await writeFile(join(root, 'c.csv'), zstdCompressSync('y,z\n1,2\nbad\n'))
  await writeFile(join(root, 'd.csv'), '')
  const { parts, rows, rejects, files } = await numbered(root, { glob: '*.csv' })
  expect(parts.map(({ input }) => 'fields' in input && input.fields.map(({ name }) => name))).toEqual([
    ['x', 'y'],
    ['y', 'z'],
    [],
  ])
  expect(rows.map((row) => [row['_file'], row['_line'], row['f0'], row['f1'], row['text']])).toEqual([
    ['a.csv', '2', '1', 'two\nlines', '1,"two\nlines"'],
    ['a.csv', '4', '3', 'say "so"', '3,"say ""so"""'],
    ['b.csv', '2', '5', null, '5,'],
    ['b.csv', '4', '7', '', '7,""'],
    ['c.csv', '2', '1', '2', '1,2'],
  ])
  expect(rejects.map(({ file, line, code }) => [file, line, code])).toEqual([[2, 3, 'missing_fields']])
  expect(files.map(({ content }) => content.lines)).toEqual([4, 4, 3, 0])
})

test('a file that is compressed otherwise than the source says is refused', async () => {
  const root = await tempFolder()
  await writeFile(join(root, 'a.csv'), gzipSync('x\n1\n'))
  await expect(numbered(root, { glob: 'a.csv', compression: 'none' })).rejects.toThrow(
    expect.objectContaining({ code: 'FILE_UNREADABLE', message: expect.stringContaining('compression is gzip') }),
  )
  expect((await numbered(root, { glob: 'a.csv', compression: 'gzip' })).rows).toHaveLength(1)
})

test('other delimiters, quotes, encodings and fields without a header', async () => {
  const root = await tempFolder()
  await writeFile(join(root, 'a.log'), '1.2.3.4 - "GET /x"\n')
  const log = await numbered(root, { glob: 'a.log', delimiter: ' ', header: false, columns: ['ip', 'user', 'request'] })
  expect(log.rows.map(({ f0, f1, f2 }) => [f0, f1, f2])).toEqual([['1.2.3.4', '-', 'GET /x']])
  await writeFile(join(root, 'b.txt'), Buffer.from("\ufeffname;größe\n'a;b';1,5\n", 'utf16le'))
  const german = await numbered(root, { glob: 'b.txt', delimiter: ';', quote: "'" })
  expect(german.parts[0]?.input).toMatchObject({ fields: [{ name: 'name' }, { name: 'größe' }] })
  expect(german.rows.map(({ f0, f1 }) => [f0, f1])).toEqual([['a;b', '1,5']])
  await writeFile(join(root, 'c.txt'), Buffer.from([0x61, 0x0a, 0xe9, 0x0a]))
  const french = await numbered(root, { glob: 'c.txt', encoding: 'windows-1252' })
  expect(french.rows.map(({ f0 }) => f0)).toEqual(['é'])
})

test('NDJSON and JSON documents give the text of each object', async () => {
  const root = await tempFolder()
  await writeFile(join(root, 'a.json'), '{"a":1.10}\n\n{"a":\n{"a":"x\\u0002, \\"y\\""}\n')
  await writeFile(join(root, 'b.json'), '[\n {"a":\n 3},\n {"a":4}]')
  const { rows, rejects, parts } = await numbered(root, { glob: '*.json' })
  expect(rows.map((row) => [row['_file'], row['_line'], row['json']])).toEqual([
    ['a.json', '1', '{"a":1.10}'],
    ['a.json', '4', '{"a":"x\\u0002, \\"y\\""}'],
    ['b.json', '2', '{"a":  3}'],
    ['b.json', '4', '{"a":4}'],
  ])
  expect(parts.map(({ input }) => input)).toEqual([{ kind: 'json', keys: ['a'] }])
  expect(rejects.map(({ file, line, code }) => [file, line, code])).toEqual([[0, 3, 'bad_json']])
})

test('what a path tells becomes fields, and a path that does not fit is refused', async () => {
  const root = await tempFolder()
  await writeFile(join(root, 'store=9-2024.csv'), 'x\n1\n')
  const { rows, parts } = await numbered(root, { glob: '*.csv', pathColumns: 'store={store}-{year}.csv' })
  expect(parts[0]?.input).toMatchObject({ fields: [{ name: 'x' }, { name: 'store' }, { name: 'year' }] })
  expect(rows.map(({ p0, p1 }) => [p0, p1])).toEqual([['9', '2024']])
  await writeFile(join(root, 'a.json'), '{"x":1}\n{ }\n')
  const json = await numbered(root, { glob: '*.json', pathColumns: '{letter}.json' })
  expect(json.rows.map((row) => row['json'])).toEqual(['{"letter":"a","x":1}', '{"letter":"a" }'])
  await expect(numbered(root, { glob: '*.csv', pathColumns: '{store}/{year}.csv' })).rejects.toMatchObject({
    code: 'PATH_UNMATCHED',
  })
})

test('what was appended is read by itself, its lines counted from the beginning', async () => {
  const root = await tempFolder()
  const before = 'x,y\n1,2\n'
  await writeFile(join(root, 'a.csv'), before)
  const first = await numbered(root, { glob: 'a.csv' })
  await appendFile(join(root, 'a.csv'), '3,4\n\n5,6\n')
  const { rows, files } = await numbered(root, { glob: 'a.csv' }, { contentBytes: before.length, lines: 2 })
  expect(rows.map((row) => [row['_line'], row['f0']])).toEqual([
    ['3', '3'],
    ['5', '5'],
  ])
  expect(files[0]?.content).toMatchObject({ lines: 5, prefixDigest: first.files[0]?.content.digest })
})

test('a large file is read by the engine, and scanned beside it', async () => {
  const root = await tempFolder()
  const lines = Array.from({ length: 300_000 }, (_, row) => `${row},"text ${row}",2020-01-01`)
  const text = `id,text,day\n${lines.join('\n')}\n`
  for (const [name, bytes] of [
    ['a.csv', Buffer.from(text)],
    ['crlf.csv', Buffer.from(text.replaceAll('\n', '\r\n'))],
  ] as const) {
    await writeFile(join(root, name), bytes)
    const reader = fileReader({ root, glob: name })
    const [file] = await reader.find(context)
    if (!file) throw new Error('no file')
    const reading = await reader.direct(file)
    if (!reading) throw new Error('not direct')
    const scan = await reading.scan(context)
    expect(scan.doubt).toBeUndefined()
    expect(scan.counts).toEqual({ header: 1, blank: 0, records: 300_000, continuation: 0, rejected: 0 })
    const query = {
      sql: 'SELECT count(*) AS n, min(_file) AS f FROM raw WHERE f2 IS NOT NULL',
      from: { raw: reading.part.relation },
    }
    expect(await collectObjects(await engine.run(query, context))).toEqual([{ n: 300_000n, f: name }])
    expect(await reader.unchanged(file)).toBe(true)
    await appendFile(join(root, name), '\0')
    expect(await reader.unchanged(file)).toBe(false)
    const [odd] = await reader.find(context)
    expect(odd && (await (await reader.direct(odd))?.scan(context))?.doubt).toBe('it holds NUL bytes')
  }
})

test.each([
  [{ delimiter: '' }, 'delimiter'],
  [{ delimiter: '5' }, 'delimiter'],
  [{ quote: 'ab' }, 'quote'],
  [{ quote: '|', delimiter: '||' }, 'quote'],
  [{ pathColumns: 'x.csv' }, 'pathColumns'],
])('%j is refused', (options, option) => {
  expect(() => fileReader({ glob: '*', root: '/', ...options })).toThrow(
    expect.objectContaining({ code: 'DIALECT_INVALID', message: expect.stringContaining(option) }),
  )
})

test('Parquet files are read as they are typed; a row knows its file and place', async () => {
  const root = await tempFolder()
  for (const [at, sql] of [
    'SELECT i AS a, i::VARCHAR AS "B c" FROM range(3) t(i)',
    'SELECT 1.5::DOUBLE AS a',
  ].entries()) {
    const { files } = await engine.write(
      { sql, from: {} },
      { root: join(root, String(at)), partitionBy: [], fileBytes: 1e9 },
      context,
    )
    await copyFile(join(root, String(at), files[0]?.path ?? ''), join(root, `p${at}.parquet`))
  }
  const { parts, files, rows } = await numbered(root, { glob: '*.parquet', engine, pathColumns: 'p{n}.parquet' })
  expect(parts.map(({ input }) => input)).toEqual([
    {
      kind: 'parquet',
      fields: [
        { name: 'a', type: { kind: 'bigint' }, column: 'f0' },
        { name: 'B c', type: { kind: 'varchar' }, column: 'f1' },
        { name: 'n', type: { kind: 'varchar' }, column: 'p0' },
      ],
    },
    expect.objectContaining({ kind: 'parquet' }),
  ])
  expect(files.map(({ content, counts }) => [content.lines, counts.records])).toEqual([
    [3, 3],
    [1, 1],
  ])
  expect(rows.map((row) => [row['_file'], row['_line'], row['f0'], row['p0'], row['_text']])).toEqual([
    ['p0.parquet', '1', 0n, '0', '{"a":0,"B c":"0"}'],
    ['p0.parquet', '2', 1n, '0', '{"a":1,"B c":"1"}'],
    ['p0.parquet', '3', 2n, '0', '{"a":2,"B c":"2"}'],
    ['p1.parquet', '1', 1.5, '1', '{"a":1.5}'],
  ])
  await writeFile(join(root, 'bad.parquet'), 'PAR1 no')
  await expect(numbered(root, { glob: 'bad.parquet', engine })).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
})

test('a folder whose name reads as a pattern is that folder', async () => {
  const parent = await tempFolder()
  const root = join(parent, 'shop [2024] {a,b}')
  await mkdir(join(root, 'data [1]'), { recursive: true })
  await mkdir(join(parent, 'shop 2 {a,b}/data 1'), { recursive: true })
  await writeFile(join(root, 'data [1]/a.csv'), 'x\n1\n')
  await writeFile(join(parent, 'shop 2 {a,b}/data 1/a.csv'), 'x\n2\n')
  for (const glob of ['data*/*.csv', 'data [1]/*.csv', '{no,data}*/*.csv', '**/*.csv', join(root, '*/a.csv')])
    expect((await fileReader({ root, glob }).find(context)).map(({ path }) => path)).toEqual(['data [1]/a.csv'])
})

test('a file of nothing but a byte order mark is one blank line', async () => {
  const root = await tempFolder()
  for (const name of ['a.csv', 'b.ndjson']) await writeFile(join(root, name), '\ufeff')
  const { files } = await numbered(root, { glob: '*' })
  for (const { content, counts } of files) {
    expect(content.lines).toBe(1)
    expect(counts).toEqual({ header: 0, blank: 1, records: 0, continuation: 0, rejected: 0 })
  }
})

test.each([
  ['a line without an end', 'a.csv', () => `x,y\n1,${'z'.repeat(9_000_000)}`],
  ['a header whose quote is not closed', 'a.csv', () => `x,"y\n${'1,2\n'.repeat(2_500_000)}`],
  ['an object without an end', 'a.ndjson', () => `{"x":"${'z'.repeat(9_000_000)}`],
  ['a document that breaks off', 'a.json', () => `[{"x":1} ${'1,2\n'.repeat(2_500_000)}`],
])('%s is no reject of many megabytes: the file is refused', async (_, name, text) => {
  const root = await tempFolder()
  await writeFile(join(root, name), text())
  await expect(numbered(root, { glob: name })).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    fields: { path: name, reason: expect.stringContaining('8 MB') },
  })
})
