import fc from 'fast-check'
import type { Value } from '../../../src/core/values.ts'
import type { Filter, FilterValue } from '../../../src/sql/filters.ts'
import { compareUtf8 } from '../../../src/storage/paths.ts'

/** A kind of column: its values, what a query compares them with, and how writers of other systems put bounds down. */
export interface Kind {
  readonly type: string
  readonly values: fc.Arbitrary<Value>
  /** A literal as the condition has it, and as SQL has it. */
  readonly literals: fc.Arbitrary<{ readonly value: FilterValue; readonly sql: string }>
  /** Minimum and maximum as JSON text; undefined where a writer leaves them out. `cut`: code points kept of a text. */
  readonly bounds: (values: readonly Value[], cut: number) => readonly [string, string] | undefined
  /** Delta's text form of a partition value. */
  readonly partition: (value: Value) => string
}

const texts = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\x7f', '\ufffd', '\uffff', '😀'), maxLength: 4 }),
  fc.constantFrom('2019-11-1', '2019-11-01', '2019-11-02'),
)
const integers = fc.oneof(
  fc.bigInt({ min: -3n, max: 3n }),
  fc.constantFrom(2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 53n + 2n, -(2n ** 63n), 2n ** 63n - 1n),
)
const doubles = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(0.1, 1 / 3, -0, 5e-324, 1e300, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
)
const finite = (number: number) => Number.isFinite(number)
const numberSql = (number: number) => (finite(number) ? String(number) : `'${number}'::DOUBLE`)
const quoted = (text: string) => `'${text}'`
const days = fc.constantFrom('1969-12-31', '1970-01-01', '2019-11-01', '2019-11-02', '2020-02-29')

/** Times a few microseconds around whole milliseconds, before and after 1970. */
const times = fc
  .tuple(fc.constantFrom(-5000n, 0n, 1_572_566_400_000_000n), fc.constantFrom(-1001n, -1n, 0n, 1n, 999n, 1000n, 1001n))
  .map(([base, off]) => timeText(base + off))

function timeText(micros: bigint): string {
  const ms = micros >= 0n ? micros / 1000n : -((-micros + 999n) / 1000n)
  const iso = new Date(Number(ms)).toISOString()
  return `${iso.slice(0, -1)}${String(micros - ms * 1000n).padStart(3, '0')}Z`
}

const decimals = fc
  .tuple(integers, fc.constantFrom(1n, 10n ** 10n))
  .map(([number, scale]) => decimalText(number * scale))

function decimalText(unscaled: bigint): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(11, '0')
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -10)}.${digits.slice(-10)}`
}

const unscaled = (text: string) => BigInt(text.replace('.', ''))

function extremes<T>(values: readonly T[], compare: (a: T, b: T) => number): readonly [T, T] | undefined {
  const sorted = values.toSorted(compare)
  return sorted.length === 0 ? undefined : [sorted[0] as T, sorted.at(-1) as T]
}

const byOrder = <T extends number | bigint | string>(a: T, b: T) => (a < b ? -1 : a > b ? 1 : 0)

/** Bounds of floating-point values: writers of Parquet leave NaN out of them. */
function floatBounds(values: readonly Value[], text: (number: number) => string) {
  const found = extremes(
    (values as readonly number[]).filter((number) => !Number.isNaN(number)),
    byOrder,
  )
  return found?.every(finite) ? ([text(found[0]), text(found[1])] as const) : undefined
}

function textBounds(values: readonly Value[], cut: number): readonly [string, string] | undefined {
  const found = extremes(values as readonly string[], compareUtf8)
  if (!found) return undefined
  const [min, max] = found.map((text) => [...text])
  if (!min || !max) return undefined
  const cutMax = max.length <= cut ? max : [...max.slice(0, cut), tieBreaker(max[cut] as string)]
  return [JSON.stringify(min.slice(0, cut).join('')), JSON.stringify(cutMax.join(''))]
}

/** What Spark puts behind a text that it cut, so that the bound lies above. */
function tieBreaker(next: string): string {
  return next < '\x7f' ? '\x7f' : '\ufffd'
}

export const kinds: readonly Kind[] = [
  {
    type: 'bigint',
    values: integers,
    literals: fc.oneof(
      integers.map((value) => ({ value, sql: String(value) })),
      doubles.filter(finite).map((value) => ({ value, sql: numberSql(value) })),
    ),
    bounds: (values) => extremes(values as readonly bigint[], byOrder)?.map(String) as [string, string] | undefined,
    partition: String,
  },
  {
    type: 'decimal(38,10)',
    values: decimals,
    literals: fc.oneof(
      decimals.map((text) => ({ value: Number(text), sql: text })),
      doubles.filter(finite).map((value) => ({ value, sql: numberSql(value) })),
    ),
    bounds: (values) =>
      extremes(values as readonly string[], (a, b) => byOrder(unscaled(a), unscaled(b))) as
        | [string, string]
        | undefined,
    partition: String,
  },
  {
    type: 'double',
    values: doubles,
    literals: doubles.map((value) => ({ value, sql: numberSql(value) })),
    bounds: (values) => floatBounds(values, (number) => JSON.stringify(number)),
    partition: String,
  },
  {
    type: 'float',
    values: doubles.map(Math.fround),
    literals: doubles.map((value) => ({ value, sql: numberSql(value) })),
    // nine digits are what some writers give
    bounds: (values) => floatBounds(values, (number) => String(Number(number.toPrecision(9)))),
    partition: (value) => String(value),
  },
  {
    type: 'varchar',
    values: texts,
    literals: texts.map((value) => ({ value, sql: quoted(value) })),
    bounds: textBounds,
    partition: String,
  },
  {
    type: 'date',
    values: days,
    literals: days.map((value) => ({ value, sql: `DATE '${value}'` })),
    bounds: (values) => extremes(values as readonly string[], byOrder)?.map(quotedJson) as [string, string] | undefined,
    partition: String,
  },
  {
    type: 'timestamptz',
    values: times,
    literals: fc.oneof(
      times.map((value) => ({ value, sql: `TIMESTAMPTZ '${value}'` })),
      times.map((value) => ({ value: value.slice(0, -1), sql: `'${value.slice(0, -1)}'` })),
      days.map((value) => ({ value, sql: `DATE '${value}'` })),
    ),
    // milliseconds, cut off
    bounds: (values) =>
      extremes(values as readonly string[], byOrder)?.map((text) => quotedJson(`${text.slice(0, 23)}Z`)) as
        | [string, string]
        | undefined,
    partition: (value) => String(value).replace('T', ' ').slice(0, -1),
  },
  {
    type: 'boolean',
    values: fc.boolean(),
    literals: fc.boolean().map((value) => ({ value, sql: String(value) })),
    bounds: (values) => extremes(values.map(Number), byOrder)?.map((value) => String(value === 1)) as [string, string],
    partition: String,
  },
]

function quotedJson(text: string): string {
  return JSON.stringify(text)
}

/** A condition on the column `c`, or on `c.x` of a struct, with its SQL. */
export function conditions(kind: Kind, column: readonly string[]): fc.Arbitrary<{ condition: Filter; sql: string }> {
  const name = column.join('.')
  return fc.oneof(
    fc.tuple(fc.constantFrom('=', '<', '<=', '>', '>=' as const), kind.literals).map(([op, { value, sql }]) => ({
      condition: { column, op: op as '=', value },
      sql: `${name} ${op} ${sql}`,
    })),
    fc.array(kind.literals, { minLength: 1, maxLength: 3 }).map((literals) => ({
      condition: { column, op: 'in' as const, values: literals.map(({ value }) => value) },
      sql: `(${literals.map(({ sql }) => `${name} = ${sql}`).join(' OR ')})`,
    })),
    fc
      .tuple(fc.array(fc.tuple(kind.literals, kind.literals), { maxLength: 3 }), fc.boolean())
      .map(([ranges, orNull]) => ({
        condition: {
          column,
          op: 'within' as const,
          ranges: ranges.map(([from, to]) => ({ from: from.value, to: to.value })),
          orNull,
        },
        sql: `(${[
          'false',
          ...ranges.map(([from, to]) => `(${name} >= ${from.sql} AND ${name} < ${to.sql})`),
          ...(orNull ? [`${name} IS NULL`] : []),
        ].join(' OR ')})`,
      })),
    fc.constantFrom('is null' as const, 'is not null' as const).map((op) => ({
      condition: { column, op },
      sql: `${name} ${op}`,
    })),
  )
}

/** Statistics of a file, as some writer gives them: parts may be missing. */
export function statisticsOf(
  kind: Kind,
  values: readonly Value[],
  writer: { readonly cut: number; readonly leavesOut: readonly string[]; readonly nested: boolean },
): string {
  const known = values.filter((value) => value !== null)
  const [min, max] = kind.bounds(known, writer.cut) ?? []
  const wrap = (json: string | undefined) =>
    json === undefined ? '{}' : writer.nested ? `{"c":{"x":${json}}}` : `{"c":${json}}`
  const parts = {
    numRecords: String(values.length),
    minValues: wrap(min),
    maxValues: wrap(max),
    nullCount: wrap(String(values.length - known.length)),
  }
  const kept = Object.entries(parts).filter(([key]) => !writer.leavesOut.includes(key))
  return `{${kept.map(([key, json]) => `"${key}":${json}`).join(',')}}`
}
