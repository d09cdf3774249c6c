import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { collect } from '../../src/engines/rows.ts'
import { contextOf, engine, folder } from './harness.ts'

const duckdb = await engine()

test.each(['none', 'gzip', 'zstd'] as const)('JSON lines are read with compression %s', async (compression) => {
  const lines = Buffer.from('{"a":9223372036854775807}\n{"b":"x"}\n')
  const path = join(folder(), 'lines')
  writeFileSync(
    path,
    { none: () => lines, gzip: () => gzipSync(lines), zstd: () => zstdCompressSync(lines) }[compression](),
  )
  const from = {
    lines: { kind: 'files', format: { name: 'json', lines: true, compression }, paths: [path], columns: [] },
  } as const
  const result = await duckdb.run({ sql: 'SELECT json::VARCHAR FROM lines', from }, contextOf())
  expect(await collect(result)).toEqual([['{"a":9223372036854775807}'], ['{"b":"x"}']])
})
