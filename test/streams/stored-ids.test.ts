import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { contentSql } from '../../src/contract/content-sql.ts'
import { type Contract, partitionColumns, tableColumns } from '../../src/contract/contract.ts'
import { openDuckdb } from '../../src/engines/duckdb.ts'
import type { Engine } from '../../src/engines/engine.ts'
import type { Relation } from '../../src/engines/relation.ts'
import { collect } from '../../src/engines/rows.ts'
import { createTable } from '../../src/lake/create.ts'
import { relationOf } from '../../src/lake/relation.ts'
import { readSnapshot } from '../../src/lake/snapshot.ts'
import { append } from '../../src/lake/write.ts'
import { type IdBatch, type IdIndex, unknownContent } from '../../src/streams/dedupe.ts'
import { idSqlOf, idsOfRows, idsWithText } from '../../src/streams/stored-ids.ts'
import { contractOf, type Loading, loading } from '../sources/loading.ts'
import { spillFolder, tempFolder } from '../temp-folder.ts'
import { idsTable, openIds } from './dedupe-harness.ts'

let engine: Engine

beforeAll(async () => {
  engine = await openDuckdb({ memoryBytes: 512 << 20, threads: 2, tempFolder: spillFolder })
})

afterAll(() => engine.close())

/** A lake, and keys as an index makes them. */
async function withKeys(work: (on: Loading, keys: IdIndex) => Promise<void>): Promise<void> {
  const folder = await tempFolder()
  await mkdir(join(folder, 't'))
  await using keys = await openIds(folder, idsTable(folder))
  await work(await loading(engine), keys)
}

const lines = ({ keys, contents }: IdBatch): string[] =>
  Array.from(contents, (content, at) => `${keys.subarray(4 * at, 4 * at + 4).join(' ')}: ${content}`)

/** Hexadecimal digits of each key. */
const texts = (keys: Uint32Array): string[] =>
  Array.from({ length: keys.length / 4 }, (_, at) =>
    Array.from(keys.subarray(4 * at, 4 * at + 4), (word) => word.toString(16).padStart(8, '0')).join(''),
  )

/** What `idsOfRows` gives is what JavaScript makes of the same ids as text, with contents and without. */
async function holdEqual(
  on: Loading,
  keys: IdIndex,
  contract: Contract,
  relation: Relation,
  most?: number,
): Promise<number> {
  const rows = await holdEqualWith(on, keys, contract, relation, most, true)
  expect(await holdEqualWith(on, keys, contract, relation, most, false)).toBe(rows)
  return rows
}

async function holdEqualWith(
  { lake, context }: Loading,
  keys: IdIndex,
  contract: Contract,
  relation: Relation,
  most: number | undefined,
  contents: boolean,
): Promise<number> {
  const { batches, sorted } = idsOfRows(lake, contract, { relation, rows: most, contents }, keys, context)
  const found = (await Array.fromAsync(batches)).flatMap(lines)
  expect(sorted).toBe(most)
  const sql = `SELECT * FROM (SELECT ${idSqlOf(contract)} AS id, ${contentSql(contract)} FROM t) WHERE id IS NOT NULL`
  const rows = await collect(await engine.run({ sql, from: { t: relation } }, context))
  const texts = rows.map(([id]) => String(id))
  const known = rows.map(([, content]) => (contents ? Number(content) : unknownContent))
  expect(found.toSorted()).toEqual(lines(keys.batch(texts, known)).toSorted())
  const withText = await Array.fromAsync(idsWithText(lake, contract, relation, keys, context))
  expect(withText.flatMap(({ text }) => text).toSorted()).toEqual(texts.toSorted())
  for (const { ids, text } of withText)
    expect(ids.keys).toEqual(
      keys.batch(
        text,
        text.map(() => 0),
      ).keys,
    )
  return found.length
}

const declared = { columns: { id: 'varchar', at: 'timestamptz', kind: 'varchar', n: 'bigint' }, id: 'id' } as const
const contract = contractOf(declared)
const columns = contract.columns.map(({ name, type, nullable }) => ({ name, type, nullable }))

const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 32, maxLength: 32 })
const hyphened = (digits: string, places: readonly number[]): string =>
  places.reduce((text, place) => `${text.slice(0, place)}-${text.slice(place)}`, digits)
const uuid = fc.oneof(
  hex.map((digits) => hyphened(digits, [8, 13, 18, 23])),
  fc.constantFrom('00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
)
const nearly = fc.oneof(
  hex,
  uuid.map((text) => text.toUpperCase()),
  uuid.map((text) => `{${text}}`),
  uuid.map((text) => ` ${text.slice(1)}`),
  uuid.map((text) => `${text.slice(0, 35)}g`),
  hex.map((digits) => hyphened(digits, [4, 13, 18, 23])),
  hex.map((digits) => hyphened(digits, [0, 13, 18, 35])),
  hex.map((digits) => hyphened(digits, [8, 9, 18, 23])),
  hex.map((digits) => `{${hyphened(digits, [8, 13])}}`),
)
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ minLength: 36, maxLength: 36 }),
  fc.bigInt().map(String),
)
const row = fc.tuple(
  fc.oneof(
    { weight: 4, arbitrary: uuid },
    nearly,
    anyText.map((text) => text.replaceAll('\0', '')),
    fc.constant(null),
  ),
  fc.constantFrom('2024-02-29T23:59:59.999999Z', null),
  fc.constantFrom('a', 'b/c', null),
  fc.constantFrom(1n, -(2n ** 63n), null),
)

test('keys and contents of rows are those that their text gives', async () => {
  await withKeys((on, keys) =>
    fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 60 }), async (rows) => {
        await holdEqual(on, keys, contract, { kind: 'values', columns, rows })
      }),
      { numRuns: 60 },
    ),
  )
})

test('keys of ids that are no text are those of their text', async () => {
  await withKeys(async (on, keys) => {
    const value = '0189c0de-0000-7000-8000-00000000000f'
    for (const [type, id] of [
      ['uuid', value],
      ['bigint', 2n ** 60n],
      ['timestamptz', '2024-02-29T23:59:59.999999Z'],
    ] as const) {
      const typed = contractOf({ columns: { id: type, n: 'bigint' }, id: 'id' })
      const relation: Relation = {
        kind: 'values',
        columns: typed.columns,
        rows: [
          [id, 1n],
          [null, 2n],
        ],
      }
      expect(await holdEqual(on, keys, typed, relation)).toBe(1)
    }
  })
})

test('UUIDs of a column come in the order of their keys, where it is known how many there are', async () => {
  await withKeys(async (on, keys) => {
    const typed = contractOf({ columns: { id: 'uuid', n: 'bigint' }, id: 'id' })
    const edges = ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff']
    const halves = ['7fffffff-ffff-ffff-7fff-ffffffffffff', '80000000-0000-0000-8000-000000000000']
    const sql = `SELECT md5(range::VARCHAR)::UUID AS id, range AS n FROM range(9000)
      UNION ALL SELECT unnest(['${[...edges, ...halves].join("', '")}'])::UUID, 1 UNION ALL SELECT NULL, 2`
    const relation: Relation = { kind: 'select', sql, from: {} }
    expect(await holdEqual(on, keys, typed, relation, 9005)).toBe(9004)
    const { batches } = idsOfRows(on.lake, typed, { relation, rows: 9005, contents: false }, keys, on.context)
    const found = (await Array.fromAsync(batches)).flatMap(({ keys: all }) => texts(all))
    expect(found).toEqual(found.toSorted())
  })
})

test('ids of a table are read whatever it is partitioned by', async () => {
  await withKeys(async (on, keys) => {
    const { lake, context } = on
    for (const [at, partitionBy] of [{}, { day: 'at' }, { value: 'kind', day: 'at' }, { value: 'id' }].entries()) {
      const partitioned = contractOf({ ...declared, partitionBy })
      const table = `t${at}`
      const spec = { columns: tableColumns(partitioned), partitionBy: partitionColumns(partitioned) }
      await createTable(lake, table, spec, context)
      const day = 'day' in partitionBy ? ', "at"::DATE AS _day' : ''
      const sql = `SELECT *${day} FROM (SELECT md5((range // 100)::VARCHAR)::UUID::VARCHAR AS id, range AS n,
      TIMESTAMPTZ '2024-01-01 00:00:00Z' + to_days((range % 10)::INTEGER) AS "at", 'k' || range % 3 AS kind FROM range(9000))`
      await append(lake, table, { sql, from: {} }, {}, context)
      const relation = relationOf(lake, await readSnapshot(lake, table, {}, context))
      expect(new Set(relation.files.map(({ partition }) => JSON.stringify(partition))).size).toBe([1, 10, 30, 90][at])
      expect(await holdEqual(on, keys, partitioned, relation)).toBe(9000)
    }
  })
})
