import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseType } from '../../src/core/columns.ts'
import type { Value } from '../../src/core/values.ts'
import { collect } from '../../src/engines/rows.ts'
import type { AddFile } from '../../src/lake/actions.ts'
import { fileTest } from '../../src/lake/skipping.ts'
import type { Filter } from '../../src/sql/filters.ts'
import { columns, engine } from '../engines/harness.ts'
import { tempFolder } from '../temp-folder.ts'
import { context } from './log-lake.ts'
import { conditions, kinds, statisticsOf } from './skipping/generated.ts'
import { tableLake, writeRows } from './table-lake.ts'

const duckdb = await engine()
const numRuns = Number(process.env['MILLRACE_PROPERTY_RUNS'] ?? 60)

const fileOf = (more: Partial<AddFile>): AddFile => ({
  path: 'f',
  partitionValues: {},
  size: 1,
  modificationTime: 1,
  dataChange: true,
  ...more,
})

/** Where the column lies in a generated file. */
const places = ['column', 'struct', 'partition'] as const

test.each(kinds.flatMap((kind) => places.map((place) => [kind.type, place, kind] as const)))(
  'no file that holds a matching row is skipped: %s as %s',
  async (type, place, kind) => {
    const nested = place === 'struct'
    const rowType = parseType(nested ? `struct(x ${type})` : type)
    const table = {
      columns: [{ name: 'c', type: rowType, nullable: true }],
      partitionColumns: place === 'partition' ? ['c'] : [],
    }
    // an empty text as a partition value is NULL
    const oneValue = fc.option(kind.values, { nil: null }).map((value) => (value === '' ? null : value))
    const values =
      place === 'partition' ? oneValue.map((value) => [value]) : fc.array(oneValue, { minLength: 1, maxLength: 3 })
    const writer = fc.record({
      cut: fc.integer({ min: 1, max: 3 }),
      leavesOut: fc.subarray(['numRecords', 'minValues', 'maxValues', 'nullCount']),
      nested: fc.constant(nested),
    })
    const files = fc.array(fc.tuple(values, writer), { minLength: 1, maxLength: 6 })
    const asked = fc.array(conditions(kind, nested ? ['c', 'x'] : ['c']), { minLength: 1, maxLength: 2 })
    await fc.assert(
      fc.asyncProperty(files, asked, async (made, wanted) => {
        const rows = made.flatMap(([held], file) =>
          held.map((value): Value[] => [BigInt(file), nested && value !== null ? { x: value } : value]),
        )
        const matching = await filesWhere(rows, type, nested, wanted.map(({ sql }) => sql).join(' AND '))
        const keep = fileTest(
          table,
          wanted.map(({ condition }) => condition),
        )
        const skipped = made.flatMap(([held, how], file) =>
          keep(
            fileOf(
              place === 'partition'
                ? { partitionValues: { c: held[0] === null ? null : kind.partition(held[0] as Value) } }
                : { stats: statisticsOf(kind, held, how) },
            ),
          )
            ? []
            : [file],
        )
        expect(skipped.filter((file) => matching.has(file))).toEqual([])
      }),
      { numRuns },
    )
  },
)

async function filesWhere(rows: readonly Value[][], type: string, nested: boolean, where: string) {
  const types = columns({ f: 'bigint', c: nested ? `struct(x ${type})` : type })
  const from = { t: { kind: 'values', columns: types, rows } } as const
  const found = await collect(await duckdb.run({ sql: `SELECT DISTINCT f FROM t WHERE ${where}`, from }, context))
  return new Set(found.map(([file]) => Number(file)))
}

test('no file that holds a matching row is skipped by the statistics that the engine writes', async () => {
  const lake = tableLake(await tempFolder(), duckdb)
  const types = columns(Object.fromEntries(kinds.map(({ type }, at) => [`c${at}`, type])))
  const row = fc.tuple(...kinds.map(({ values }) => fc.option(values, { nil: null })))
  const files = fc.array(fc.array(row, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 })
  const asked = fc.tuple(...kinds.map((kind, at) => conditions(kind, [`c${at}`])))
  await fc.assert(
    fc.asyncProperty(files, asked, async (made, wanted) => {
      const adds: AddFile[] = []
      for (const rows of made)
        for (const action of await writeRows(lake, 't', types, rows)) if ('add' in action) adds.push(action.add)
      const from = {
        t: {
          kind: 'values',
          columns: [...columns({ f: 'bigint' }), ...types],
          rows: made.flatMap((rows, file) => rows.map((held) => [BigInt(file), ...held])),
        },
      } as const
      for (const { condition, sql } of wanted) {
        const keep = fileTest({ columns: types, partitionColumns: [] }, [condition])
        const found = await collect(await duckdb.run({ sql: `SELECT DISTINCT f FROM t WHERE ${sql}`, from }, context))
        for (const [file] of found) expect(keep(adds[Number(file)] as AddFile), sql).toBe(true)
      }
    }),
    { numRuns: Math.ceil(numRuns / 6) },
  )
})

const table = {
  columns: columns({
    id: 'bigint',
    price: 'decimal(12,2)',
    share: 'double',
    name: 'varchar',
    day: 'date',
    at: 'timestamptz',
    s: 'struct(x bigint, y struct(z varchar))',
    key: 'uuid',
    tags: 'varchar[]',
    p: 'varchar',
  }),
  partitionColumns: ['p'],
}
const stats = (minValues: object, maxValues: object, nullCount: object = {}) =>
  fileOf({ stats: JSON.stringify({ numRecords: 4, minValues, maxValues, nullCount }), partitionValues: { p: 'x' } })
const kept = (file: AddFile, ...asked: Filter[]) => fileTest(table, asked)(file)

test('a file is skipped when its bounds leave no room', () => {
  const file = stats(
    {
      id: 10,
      price: 1.5,
      share: 0.25,
      name: 'b',
      day: '2019-11-02',
      at: '2019-11-01T00:00:00.000Z',
      s: { y: { z: 'k' } },
    },
    {
      id: 20,
      price: 2.5,
      share: 0.75,
      name: 'd',
      day: '2019-11-03',
      at: '2019-11-01T00:00:01.000Z',
      s: { y: { z: 'm' } },
    },
  )
  const skips: readonly Filter[] = [
    { column: ['id'], op: '=', value: 9n },
    { column: ['ID'], op: '=', value: 21n },
    { column: ['id'], op: '<', value: 10n },
    { column: ['id'], op: '>', value: 20n },
    { column: ['id'], op: 'in', values: [1n, 21n, null] },
    { column: ['id'], op: '=', value: null },
    { column: ['price'], op: '>', value: 2.51 },
    { column: ['share'], op: '<', value: 0.24 },
    { column: ['share'], op: '=', value: 0.76 },
    { column: ['name'], op: '<', value: 'b' },
    { column: ['name'], op: '>', value: 'e' },
    { column: ['day'], op: '<=', value: '2019-11-01' },
    { column: ['at'], op: '>', value: '2019-11-01 00:00:01.001000+00' },
    { column: ['at'], op: '<', value: '2019-10-31T17:00:00-07:00' },
    { column: ['at'], op: '>', value: '2019-11-02 00:00:00 UTC' },
    { column: ['at'], op: '>=', value: '2019-11-02' },
    { column: ['at'], op: '<', value: '2019-10-31 07:59:59' },
    { column: ['s', 'y', 'Z'], op: '=', value: 'j' },
    { column: ['p'], op: '=', value: 'y' },
    { column: ['p'], op: 'is null' },
  ]
  // the minimum is taken a millisecond earlier than it says, as some writers round
  expect(skips.filter((condition) => kept(file, condition))).toEqual([
    { column: ['at'], op: '<', value: '2019-10-31T17:00:00-07:00' },
  ])
})

test('a file is kept when a value at its bounds, or beyond a cut one, would match', () => {
  const file = stats(
    { id: 10, share: 0.5, name: 'b', at: '2019-11-01T00:00:00.000Z' },
    { id: 20, share: 0.5, name: 'dd\ufffd', at: '2019-11-01T00:00:01.000Z' },
  )
  const keeps: readonly Filter[] = [
    { column: ['id'], op: '=', value: 10n },
    { column: ['id'], op: '>=', value: 20n },
    { column: ['id'], op: '<=', value: 10n },
    { column: ['id'], op: 'in', values: [1n, 15n] },
    { column: ['share'], op: '>', value: 9 }, // NaN is above all, and in no bounds
    { column: ['name'], op: '=', value: 'dd😀' },
    { column: ['at'], op: '=', value: '2019-11-01 00:00:01.000999Z' },
    { column: ['at'], op: '>', value: '2019-11-01 12:00' }, // whose zone?
    { column: ['id'], op: '=', value: 'nine' },
    { column: ['name'], op: '=', value: '2019-11-01' }, // a DATE, to which the column's own texts are cast
    { column: ['key'], op: '=', value: 'ffffffff-0000-0000-0000-000000000000' },
    { column: ['tags'], op: '=', value: 'a' },
    { column: ['nosuch'], op: '=', value: 1n },
    { column: ['p'], op: '=', value: 'x' },
  ]
  expect(keeps.filter((condition) => !kept(file, condition))).toEqual([])
})

test('NULLs are counted where they are, and unknown where they are not', () => {
  const none = stats({ id: 1 }, { id: 2 }, { id: 0 })
  const all = stats({}, {}, { id: 4, s: { x: 4 } })
  const isNull = { column: ['id'], op: 'is null' } as const
  const isNotNull = { column: ['id'], op: 'is not null' } as const
  expect([kept(none, isNull), kept(none, isNotNull)]).toEqual([false, true])
  expect([kept(all, isNull), kept(all, isNotNull)]).toEqual([true, false])
  expect(kept(all, { column: ['id'], op: '>', value: 0n })).toBe(false)
  expect(kept(all, { column: ['s', 'x'], op: 'is null' })).toBe(true)
  expect(kept(stats({}, {}), isNull)).toBe(true)
  expect(kept(stats({}, {}), isNotNull)).toBe(true)
  // some writers do not count the fields of a NULL struct
  expect(kept(stats({}, {}, { s: { x: 0 } }), { column: ['s', 'x'], op: 'is null' })).toBe(true)
  const loose = fileOf({ stats: '{"numRecords":4,"nullCount":{"id":0},"tightBounds":false}' })
  expect(kept(loose, isNull)).toBe(true)
})

test.each(['', '{', 'null', '[]', '7', '{"minValues":7,"maxValues":{"id":"x"}}', '{"minValues":{"id":{"x":1}}}'])(
  'statistics of %j say nothing',
  (text) => {
    expect(kept(fileOf({ stats: text }), { column: ['id'], op: '>', value: 5n })).toBe(true)
  },
)

test('of ranges that overlap, touch or lie apart none is overlooked, and no file is kept without need', () => {
  const table = { columns: columns({ day: 'date' }), partitionColumns: ['day'] }
  const day = (at: number) => new Date(Date.UTC(2019, 0, 1 + at)).toISOString().slice(0, 10)
  const files = Array.from({ length: 40 }, (_, at) => fileOf({ partitionValues: { day: day(at) } }))
  const kept = (orNull: boolean, ...ranges: readonly (readonly [number, number])[]) => {
    const wanted = ranges.map(([from, to]) => ({ from: day(from), to: day(to) }))
    const keep = fileTest(table, [{ column: ['day'], op: 'within', ranges: wanted, orNull }])
    const none = keep(fileOf({ partitionValues: { day: null } })) ? ['null'] : []
    return [...files.flatMap((file, at) => (keep(file) ? [at] : [])), ...none]
  }
  expect(kept(false)).toEqual([])
  expect(kept(true)).toEqual(['null'])
  expect(kept(false, [3, 4])).toEqual([3])
  expect(kept(true, [30, 32], [3, 4], [10, 10], [4, 5])).toEqual([3, 4, 30, 31, 'null'])
  expect(kept(false, [2, 30], [3, 4], [29, 31], [35, 36])).toEqual([
    ...Array.from({ length: 29 }, (_, at) => at + 2),
    35,
  ])
})
