import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { stringifyExact } from '../../src/core/json.ts'
import type { Relation } from '../../src/engines/relation.ts'
import { collect } from '../../src/engines/rows.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { commitQueue } from '../../src/lake/queue.ts'
import { relationOf } from '../../src/lake/relation.ts'
import { readSnapshot } from '../../src/lake/snapshot.ts'
import { localStore } from '../../src/storage/local-store.ts'
import { engine } from '../engines/harness.ts'
import { context } from './log-lake.ts'

/** Tables written by Spark: `<name>/delta`, and the rows that a reader must return in `<name>/expected`. */
const corpus = join(import.meta.dirname, '../../../shared/data/delta')
const tables = existsSync(corpus) ? readdirSync(corpus) : []
const duckdb = tables.length > 0 ? await engine() : undefined

/** The tables that are not read, and why. All others are. */
const refused: Readonly<Record<string, string>> = {
  'data-reader-timestamp_ntz': 'uses `timestampNtz`',
  'parquet-all-types': 'uses `timestampNtz`',
  'dv-partitioned-with-checkpoint': 'uses `deletionVectors`',
  'table-with-columnmapping-mode-name': 'uses `columnMapping`',
  'deltalog-invalid-protocol-version': 'uses `reader version 99`',
  'deltalog-state-reconstruction-without-protocol': 'no protocol up to version 0',
  'versions-not-contiguous': '00000000000000000001.json: the commit is missing',
}

/** The tables without data files, and the files that their logs leave: path and modification time. */
const replayed: Readonly<Record<string, readonly (readonly [string, number])[]>> = {
  checkpoint: [['15', 1]],
  'delete-re-add-same-file-different-transactions': [
    ['foo', 1_700_000_000_000],
    ['bar', 1_697_064_972_263],
  ],
  'log-replay-special-characters-b': [['special p@#h', 10]],
}

const lakeOf = (name: string): Lake => {
  if (!duckdb) throw new Error('there is no engine')
  return { store: localStore(join(corpus, name)), engine: duckdb, root: join(corpus, name), queue: commitQueue() }
}

async function contentOf(lake: Lake, relation: Relation) {
  const result = await lake.engine.run({ sql: 'SELECT * FROM t', from: { t: relation } }, context)
  const columns = result.columns.map(({ name, type }) => ({ name, type: type === 'tinyint' ? 'smallint' : type }))
  const rows = (await collect(result)).map((row) => stringifyExact(row)).sort()
  return { columns, rows }
}

describe.skipIf(tables.length === 0)('golden tables of ../shared/data/delta', () => {
  test.each(tables.filter((name) => name in refused))('%s is refused by what is wrong with it', async (name) => {
    await expect(readSnapshot(lakeOf(name), 'delta', {}, context)).rejects.toThrow(refused[name])
  })

  test.each(tables.filter((name) => name in replayed))('%s is replayed to its active files', async (name) => {
    const { files } = await readSnapshot(lakeOf(name), 'delta', {}, context)
    expect([...files.values()].map((file) => [file.path, file.modificationTime])).toEqual(replayed[name])
  })

  test.each(tables.filter((name) => !(name in refused) && !(name in replayed)))('%s gives its rows', async (name) => {
    const lake = lakeOf(name)
    const folder = join(lake.root, 'expected')
    const paths = readdirSync(folder).flatMap((file) => (file.endsWith('.parquet') ? [join(folder, file)] : []))
    const expected = await contentOf(lake, { kind: 'files', format: { name: 'parquet' }, paths, columns: [] })
    const snapshot = await readSnapshot(lake, 'delta', {}, context)
    expect(await contentOf(lake, relationOf(lake, snapshot))).toEqual(expected)
  })

  test.each([
    ['basic-with-inserts-deletes-checkpoint', 10],
    ['corrupted-last-checkpoint-kernel', 10],
    ['multi-part-checkpoint', 1],
    ['only-checkpoint-files', 2],
    ['checkpoint', 10],
    ['v2-checkpoint-json', undefined],
  ] as const)('%s is read from its checkpoint of version %s', async (name, version) => {
    const { checkpointVersion } = await readSnapshot(lakeOf(name), 'delta', {}, context)
    expect(checkpointVersion).toBe(version)
  })

  test('every version of a table that changed is read', async () => {
    const lake = lakeOf('time-travel-start-start20-start40')
    const counts = []
    for (const version of [0, 1, 2]) {
      const snapshot = await readSnapshot(lake, 'delta', { version }, context)
      counts.push((await contentOf(lake, relationOf(lake, snapshot))).rows.length)
    }
    expect(counts).toEqual([10, 20, 30])
  })
})
