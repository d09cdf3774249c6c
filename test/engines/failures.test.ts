import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { MillEvent } from '../../src/core/events.ts'
import { openDuckdb } from '../../src/engines/duckdb.ts'
import { collect } from '../../src/engines/rows.ts'
import { contextOf, engine, folder } from './harness.ts'

const duckdb = await engine()
const endless = 'SELECT count(*) FROM range(100000000) a, range(100000) b WHERE a.range + b.range = -1'

test.each([
  ['SELECT\n  prce FROM t', 2, 3, 'prce FROM t\n  ^', '"price"'],
  ["SELECT 'é', x FROM t", 1, 13, '            ^', 'Candidate'],
  ['SELECT (1', 1, 10, '         ^', 'mend'],
  ["SELECT 'é' x y", 1, 14, '             ^', 'mend'],
  ['SELEC 1', 1, 1, '^', 'mend'],
  ['SELECT nosuch(1)', 1, 8, '       ^', ''],
])('%s is refused at its place', async (sql, line, column, excerpt, hint) => {
  const from = {
    t: { kind: 'values', columns: [{ name: 'price', type: { kind: 'double' }, nullable: true }], rows: [] },
  } as const
  for (const work of ['describe', 'run'] as const)
    await expect(duckdb[work]({ sql, from }, contextOf())).rejects.toMatchObject({
      code: 'SQL_INVALID',
      fields: { line, column },
      message: expect.stringContaining(excerpt),
      hint: expect.stringContaining(hint),
    })
})

test.each(['', ' ', '-- nothing', ';'])('%j is no statement', async (sql) => {
  await expect(duckdb.run({ sql, from: {} }, contextOf())).rejects.toMatchObject({ code: 'SQL_INVALID' })
})

test('a value that does not fit names its line', async () => {
  const query = { sql: "SELECT 1,\n  x::INTEGER FROM (VALUES ('a')) t(x)", from: {} }
  await expect(duckdb.run(query, contextOf()).then(collect)).rejects.toMatchObject({
    code: 'QUERY_FAILED',
    message: expect.stringMatching(/Could not convert string 'a'.*\(line 2\)/),
  })
})

test('a missing file is named', async () => {
  const from = {
    t: { kind: 'files', format: { name: 'parquet' }, paths: ['/nowhere/a.parquet'], columns: [] },
  } as const
  await expect(duckdb.run({ sql: 'SELECT * FROM t', from }, contextOf())).rejects.toMatchObject({
    code: 'OBJECT_NOT_FOUND',
    fields: { path: '/nowhere/a.parquet' },
  })
})

test('an abort stops a query within a second, and throws the reason', async () => {
  const reason = new Error('stop it')
  for (const work of ['run', 'write'] as const) {
    const controller = new AbortController()
    const began = performance.now()
    setTimeout(() => controller.abort(reason), 200)
    const context = contextOf(controller.signal)
    const root = join(folder(), 'out')
    const query = { sql: endless, from: {} }
    await expect(
      work === 'run'
        ? duckdb.run(query, context).then(collect)
        : duckdb.write(query, { root, partitionBy: [], fileBytes: 1_000_000 }, context),
    ).rejects.toBe(reason)
    expect(performance.now() - began).toBeLessThan(1200)
  }
})

test('past its time a query is stopped', async () => {
  const query = { sql: endless, from: {}, limits: { timeoutMs: 150 } }
  await expect(duckdb.run(query, contextOf()).then(collect)).rejects.toMatchObject({ code: 'QUERY_TIMEOUT' })
})

test('a long query tells how far it is', async () => {
  const events: MillEvent[] = []
  const root = join(folder(), 'rows')
  const write = { sql: 'SELECT range AS a FROM range(3000000)', from: {} }
  const { files } = await duckdb.write(write, { root, partitionBy: [], fileBytes: 1_000_000_000 }, contextOf())
  const paths = files.map((file) => join(root, file.path))
  const from = { t: { kind: 'files', format: { name: 'parquet' }, paths, columns: [] } } as const
  const query = { sql: 'SELECT count(DISTINCT hash(a)::VARCHAR) FROM t', from }
  await collect(await duckdb.run(query, contextOf(undefined, events)))
  expect(events).toContainEqual(expect.objectContaining({ type: 'task.progress', unit: 'steps' }))
})

test('what needs more memory than there is spills, and what cannot spill says so', async () => {
  const small = await engine(150_000_000)
  const sorted = await small.run(
    { sql: 'SELECT range, hash(range)::VARCHAR AS h FROM range(5000000) ORDER BY h', from: {}, limits: { rows: 10 } },
    contextOf(),
  )
  expect(await collect(sorted)).toHaveLength(10)
  const query = { sql: "SELECT list(range::VARCHAR || repeat('x', 100)) FROM range(5000000)", from: {} }
  await expect(small.run(query, contextOf()).then(collect)).rejects.toMatchObject({
    code: 'QUERY_MEMORY',
    message: expect.stringContaining('143 MiB'),
  })
})

test('spilling ends where the disk does, and says so', async () => {
  const tempFolder = join(folder(), 'spill')
  const small = await openDuckdb({ memoryBytes: 100_000_000, threads: 2, tempFolder, spillBytes: 10_000_000 })
  const query = { sql: "SELECT hash(range)::VARCHAR || repeat('x', 50) AS h FROM range(5000000) ORDER BY h", from: {} }
  for (const trust of ['own', 'lake'] as const)
    await expect(small.run({ ...query, trust, limits: { rows: 1 } }, contextOf()).then(collect)).rejects.toMatchObject({
      code: 'DISK_FULL',
      fields: { path: tempFolder },
    })
  expect(await collect(await small.run({ sql: 'SELECT 1', from: {} }, contextOf()))).toEqual([[1]])
  await small.close()
})

test('an engine that is closed ends what still runs', async () => {
  const opened = await openDuckdb({ memoryBytes: 100_000_000, threads: 2, tempFolder: join(folder(), 'spill') })
  const running = opened.run({ sql: endless, from: {} }, contextOf()).then(
    () => undefined,
    (error: unknown) => error,
  )
  await new Promise((resolve) => setTimeout(resolve, 300))
  await opened.close()
  expect(await running).toMatchObject({ code: 'CANCELLED' })
})
