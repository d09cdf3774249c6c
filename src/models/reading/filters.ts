import type { ColumnType } from '../../core/columns.ts'
import type { Context } from '../../core/context.ts'
import { stringifyExact } from '../../core/json.ts'
import type { Engine } from '../../engines/engine.ts'
import type { Relation } from '../../engines/relation.ts'
import { collect } from '../../engines/rows.ts'
import { fileTest } from '../../lake/skipping.ts'
import { zoned } from '../../query/lake-catalog.ts'
import type { Filter, FilterValue } from '../../sql/filters.ts'
import { join, raw, type SqlText, sql, value } from '../../sql/text.ts'
import { bucketSql, bucketText, type Label, labelOf, rangeOf, type TimeRange } from '../intervals.ts'
import type { BoundModel } from '../model.ts'
import { keyColumns } from './keys.ts'
import { grainOf, type Run, timeColumn } from './reach.ts'

/** The labels of intervals that can hold a row which fulfils the filters. */
export function labelsReached(
  model: BoundModel,
  labels: readonly Label[],
  filters: readonly Filter[],
  zone: string,
): readonly Label[] {
  const column = timeColumn(model)
  const own = filtersOn(model, filters)
  if (own.length === 0) return labels
  // an interval is looked at as a file that holds all of it and nothing else
  const test = fileTest({ columns: [column], partitionColumns: [] }, own)
  return labels.filter((label) => {
    const range = label === null ? undefined : rangeOf(label, grainOf(model), zone, { type: column.type })
    if (label !== null && !range) return true
    const counts = { numRecords: 1, nullCount: { [column.name]: range ? 0 : 1 } }
    const [min, max] = range ? extremesIn(range, column.type.kind === 'date') : []
    const bounds = range && { minValues: { [column.name]: min }, maxValues: { [column.name]: max } }
    const stats = JSON.stringify({ ...counts, ...bounds })
    return test({ path: '', partitionValues: {}, size: 0, modificationTime: 0, dataChange: false, stats })
  })
}

/** Those of the keys that can be of a row which fulfils the filters; undefined where none can. */
export function keysReached(model: BoundModel, keys: Relation, filters: readonly Filter[]): Relation | undefined {
  const columns = keyColumns(model)
  const own = zoned(filters, columns)
  if (keys.kind !== 'values' || own.length === 0) return keys
  // a row is looked at as a file that holds nothing else
  const test = fileTest({ columns, partitionColumns: [] }, own)
  const rows = keys.rows.filter((row) => {
    const held = columns.map(({ name }, at) => [name, row[at] ?? null] as const)
    const values = Object.fromEntries(held.filter(([, value]) => value !== null))
    const nullCount = Object.fromEntries(held.map(([name, value]) => [name, value === null ? 1 : 0]))
    const stats = stringifyExact({ numRecords: 1, minValues: values, maxValues: values, nullCount })
    return test({ path: '', partitionValues: {}, size: 0, modificationTime: 0, dataChange: false, stats })
  })
  return rows.length === 0 ? undefined : { ...keys, rows }
}

/** The least and the greatest time of a range, as statistics say them: of instants they are a millisecond off. */
function extremesIn({ from, to }: TimeRange, isDate: boolean): readonly [string, string] {
  const [first, end] = [Date.parse(from), Date.parse(to)]
  if (isDate) return [from, new Date(end - 86_400_000).toISOString().slice(0, 10)]
  return [new Date(first + 1).toISOString(), new Date(end - 2).toISOString().replace('Z', '999Z')]
}

/** The intervals from the first to the last that can hold a row which fulfils the filters; undefined: any may. */
export async function runReached(
  engine: Engine,
  model: BoundModel,
  filters: readonly Filter[],
  zone: string,
  context: Context,
): Promise<Run | undefined> {
  const { type } = timeColumn(model)
  const [from, to]: [End[], End[]] = [[], []]
  const add = (ends: End[], value: FilterValue, isOpen: boolean) => {
    if (typeof value === 'string') ends.push({ text: value, isOpen })
  }
  for (const filter of filtersOn(model, filters)) {
    if (filter.op === '=' || filter.op === '>' || filter.op === '>=') add(from, filter.value, false)
    if (filter.op === '=' || filter.op === '<' || filter.op === '<=') add(to, filter.value, filter.op === '<')
    if (filter.op === 'within' && !filter.orNull && filter.ranges.length > 0) {
      add(from, filter.ranges.map((range) => range.from).sort()[0] ?? null, false)
      add(
        to,
        filter.ranges
          .map((range) => range.to)
          .sort()
          .at(-1) ?? null,
        true,
      )
    }
  }
  const grain = grainOf(model)
  if (from.length + to.length === 0) return undefined
  const farthest = (ends: readonly End[], isFrom: boolean) => {
    if (ends.length === 0) return sql`NULL`
    const bucket = bucketSql(raw('t'), type, grain, zone)
    return sql`(SELECT ${bucketText(sql`${raw(isFrom ? 'min' : 'max')}(${bucket})`)} FROM (${endTimes(ends, isFrom, type)}))`
  }
  const text = sql`SELECT ${farthest(from, true)}, ${farthest(to, false)}`.text
  const [row = []] = await collect(await engine.run({ sql: text, from: {} }, context))
  const [first, last] = [0, 1].map((at) => labelOf((row[at] ?? null) as string | null, grain) ?? undefined)
  if (first === undefined && last === undefined) return undefined
  return { ...(first !== undefined && { from: first }), ...(last !== undefined && { to: last }) }
}

/** A time that rows have to be at, above or below; below it where it is open. */
interface End {
  readonly text: string
  readonly isOpen: boolean
}

/** The first time from all of these on, or the last up to all of them, as `t`, and all that clocks may have shown near it. */
function endTimes(ends: readonly End[], isFrom: boolean, { kind }: ColumnType): SqlText {
  const time = ({ text, isOpen }: End) => {
    const instant = sql`TRY_CAST(${value(text)} AS TIMESTAMPTZ)`
    if (kind !== 'date') return isOpen ? sql`${instant} - INTERVAL 1 microsecond` : instant
    const day = sql`TRY_CAST(${value(text)} AS DATE)`
    if (isOpen && /^\d{4}-\d\d-\d\d$/.test(text)) return sql`${day} - 1`
    // a text with an offset is one day for a date, and maybe another for an instant that a date is compared with
    return isFrom ? sql`least(${day}, CAST(${instant} AS DATE))` : sql`greatest(${day}, CAST(${instant} AS DATE))`
  }
  const end = sql`SELECT ${isFrom ? raw('max') : raw('min')}(t) AS t FROM (SELECT unnest([${join(ends.map(time))}]) AS t)`
  return kind === 'date' ? end : sql`SELECT unnest(list_append(${timesNear(isFrom)}, t)) AS t FROM (${end})`
}

/**
 * The times after `t` to which clocks may be put back to before `t`, or those before it from which they may have been: NULL
 * for infinity. Until 1972 some were changed between two minutes.
 */
function timesNear(isAfter: boolean): SqlText {
  const [from, to] = isAfter ? [raw('t'), raw('t + INTERVAL 26 hours')] : [raw('t - INTERVAL 26 hours'), raw('t')]
  const every = (unit: 'minute' | 'second') => {
    const changes = sql`generate_series(date_trunc(${value(unit)}, ${from}), ${to}, ${raw(`INTERVAL 1 ${unit}`)})`
    return isAfter ? changes : sql`list_transform(${changes}, lambda each: each - INTERVAL 1 microsecond)`
  }
  return sql`CASE WHEN isfinite(t) THEN TRY(CASE WHEN t < TIMESTAMPTZ '1972-02-01' THEN ${every('second')} ELSE ${every('minute')} END) END`
}

/** The filters on the model's time, in UTC where they say no zone. */
function filtersOn(model: BoundModel, filters: readonly Filter[]): readonly Filter[] {
  const { name } = timeColumn(model)
  const own = filters.filter(({ column }) => column.length === 1 && column[0]?.toLowerCase() === name.toLowerCase())
  return zoned(own, [timeColumn(model)])
}
