import type { ColumnType } from '../../core/columns.ts'
import type { Context } from '../../core/context.ts'
import type { Engine } from '../../engines/engine.ts'
import { collect } from '../../engines/rows.ts'
import { fileTest } from '../../lake/skipping.ts'
import { zoned } from '../../query/lake-catalog.ts'
import type { Filter, FilterValue } from '../../sql/filters.ts'
import { join, raw, type SqlText, sql, value } from '../../sql/text.ts'
import { bucketSql, bucketText, type Label, labelOf, rangeOf, type TimeRange } from '../intervals.ts'
import type { BoundModel } from '../model.ts'
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
  const [from, to]: [FilterValue[], FilterValue[]] = [[], []]
  for (const filter of filtersOn(model, filters)) {
    if (filter.op === '=' || filter.op === '>' || filter.op === '>=') from.push(filter.value)
    if (filter.op === '=' || filter.op === '<' || filter.op === '<=') to.push(filter.value)
    if (filter.op === 'within' && !filter.orNull && filter.ranges.length > 0) {
      const [first] = filter.ranges.map((range) => range.from).sort()
      const last = filter.ranges
        .map((range) => range.to)
        .sort()
        .at(-1)
      if (first !== undefined) from.push(first)
      if (last !== undefined) to.push(last)
    }
  }
  const grain = grainOf(model)
  const [first, last] = await Promise.all(
    ([true, false] as const).map(async (isFrom) => {
      const texts = (isFrom ? from : to).filter((each) => typeof each === 'string')
      if (texts.length === 0) return undefined
      const farthest = isFrom ? raw('min') : raw('max')
      const bucket = bucketText(sql`${farthest}(${bucketSql(raw('t'), type, grain, zone)})`)
      const text = sql`SELECT ${bucket} FROM (${endTimes(texts, isFrom, type)})`.text
      const [row] = await collect(await engine.run({ sql: text, from: {} }, context))
      return labelOf((row?.[0] ?? null) as string | null, grain) ?? undefined
    }),
  )
  if (first === undefined && last === undefined) return undefined
  return { ...(first !== undefined && { from: first }), ...(last !== undefined && { to: last }) }
}

/** The first time from all of these on, or the last up to all of them, as `t`, and all that clocks may have shown near it. */
function endTimes(texts: readonly string[], isFrom: boolean, { kind }: ColumnType): SqlText {
  const time = (text: string) => {
    if (kind !== 'date') return sql`TRY_CAST(${value(text)} AS TIMESTAMPTZ)`
    // a text with an offset is one day for a date, and maybe another for an instant that a date is compared with
    const days = sql`TRY_CAST(${value(text)} AS DATE), CAST(TRY_CAST(${value(text)} AS TIMESTAMPTZ) AS DATE)`
    return isFrom ? sql`least(${days})` : sql`greatest(${days})`
  }
  const end = sql`SELECT ${isFrom ? raw('max') : raw('min')}(t) AS t FROM (SELECT unnest([${join(texts.map(time))}]) AS t)`
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
