import type { Columns } from '../core/columns.ts'
import { MillraceError } from '../core/errors.ts'
import type { Edit } from '../sql/names.ts'
import { join, name, raw, type SqlText, sql, value } from '../sql/text.ts'
import type { Filter } from './dashboard.ts'
import { localDate, parsePeriod, type ResolvedPeriod, resolvePeriod } from './period.ts'
import { namesIn } from './placeholders.ts'

/** What filters are set to, by their names: a period in its words, or values; a list without any is unset. */
export type FilterValues = Readonly<Record<string, string | readonly string[]>>

/** A filter at a time. */
export type BoundFilter =
  | { readonly type: 'period'; readonly column: string; readonly period: ResolvedPeriod }
  | { readonly type: 'list'; readonly column: string; readonly values: readonly string[] }
  /** Stands for itself wherever it is named. */
  | { readonly type: 'value'; readonly value: string }

const mostValues = 500

/** What is set, and else the default of each filter. FILTER_UNKNOWN, FILTER_INVALID. */
export function boundFilters(
  filters: readonly Filter[],
  given: FilterValues,
  { nowMs, timezone }: { readonly nowMs: number; readonly timezone: string },
): ReadonlyMap<string, BoundFilter> {
  const names = filters.map((each) => each.name)
  for (const own of Object.keys(given))
    if (!names.includes(own))
      throw new MillraceError('FILTER_UNKNOWN', { name: own, suggestion: names.join(', ') || 'it has none' })
  return new Map(
    filters.map((filter): readonly [string, BoundFilter] => {
      const value = given[filter.name] ?? filter.default
      const { column } = filter
      if (filter.type === 'period') {
        const period = typeof value === 'string' ? parsePeriod(value) : undefined
        if (!period)
          throw new MillraceError('FILTER_INVALID', {
            name: filter.name,
            reason: `\`${[value].flat().join(', ').slice(0, 60)}\` is no period`,
            remedy: 'write `last 24 hours`, `today`, `all time`, or FROM/TO as 2026-11-01/2026-11-08',
          })
        return [filter.name, { type: 'period', column, period: resolvePeriod(period, nowMs, timezone) }]
      }
      const values = [...new Set([value].flat())]
      const most = filter.multiple ? mostValues : 1
      if (values.length > most)
        throw new MillraceError('FILTER_INVALID', {
          name: filter.name,
          reason: `${values.length} values are set`,
          remedy: `it takes ${most === 1 ? 'one value' : `${most} values at most`}`,
        })
      return [filter.name, { type: 'list', column, values: values.toSorted() }]
    }),
  )
}

/** The same filters over the periods before. */
export function beforeOf(filters: ReadonlyMap<string, BoundFilter>): ReadonlyMap<string, BoundFilter> {
  return new Map(
    [...filters].map(([own, filter]) => {
      if (filter.type !== 'period' || !filter.period.previous) return [own, filter]
      return [own, { ...filter, period: { ...filter.period, span: filter.period.previous } }]
    }),
  )
}

/** A SELECT whose filters are conditions over bound values, and where it differs from what was written. */
export interface BoundSql {
  readonly sql: string
  readonly parameters: readonly string[]
  readonly edits: readonly Edit[]
  /** The filters that it names. */
  readonly uses: readonly string[]
}

export interface BindSite {
  readonly timezone: string
  /** Filter → the column that it stands for, where it is another than its own. */
  readonly filterColumns: Readonly<Record<string, string>>
  /** The columns of the tables that the SELECT reads. */
  readonly columns: Columns
}

/** Puts conditions in the place of `$name`, and values in that of `$name.part`; no text of a filter's value becomes SQL. */
export function bindSql(
  text: string,
  filters: ReadonlyMap<string, BoundFilter>,
  { timezone, filterColumns, columns }: BindSite,
): BoundSql {
  const parameters: string[] = []
  const bound = (value: string): SqlText => {
    const at = parameters.indexOf(value)
    return raw(`$${at < 0 ? parameters.push(value) : at + 1}`)
  }
  const found = namesIn(text)
  const edits = found.flatMap(({ name: own, part, start, end }) => {
    const filter = filters.get(own)
    if (!filter) return []
    if (filter.type === 'value') return { start, end, text: bound(filter.value).text }
    const column = filterColumns[own] ?? filter.column
    const isDate = columns.find((each) => each.name === lastOf(column))?.type.kind === 'date'
    const piece =
      part === undefined ? conditionOf(filter, { column, isDate, timezone }, bound) : partOf(filter, part, bound)
    return [{ start, end, text: piece.text }]
  })
  const done = edits.reduceRight((sofar, edit) => sofar.slice(0, edit.start) + edit.text + sofar.slice(edit.end), text)
  return { sql: done, parameters, edits, uses: [...new Set(found.map((each) => each.name))] }
}

function lastOf(column: string): string {
  return column.slice(column.lastIndexOf('.') + 1)
}

interface ConditionSite {
  readonly column: string
  readonly isDate: boolean
  readonly timezone: string
}

function conditionOf(
  filter: Exclude<BoundFilter, { readonly type: 'value' }>,
  { column, isDate, timezone }: ConditionSite,
  bound: (value: string) => SqlText,
): SqlText {
  const quoted = join(column.split('.').map(name), '.')
  if (filter.type === 'list') {
    if (filter.values.length === 0) return raw('TRUE')
    return sql`(${quoted} IN (${join(filter.values.map(bound))}))`
  }
  const { span } = filter.period
  if (!span) return raw('TRUE')
  if (!isDate) return sql`(${quoted} >= ${bound(isoOf(span.startMs))} AND ${quoted} < ${bound(isoOf(span.endMs))})`
  // of dates, those that the span has any part of
  const [from, to] = [localDate(span.startMs, timezone), localDate(span.endMs - 1, timezone)]
  return sql`(${quoted} >= ${bound(from)} AND ${quoted} <= ${bound(to)})`
}

function partOf(filter: BoundFilter, part: string, bound: (value: string) => SqlText): SqlText {
  if (filter.type !== 'period') return raw('NULL')
  const { span, grain } = filter.period
  // one of few words, and written: what rounds by it can be told from the text
  if (part === 'grain') return value(grain)
  if (!span) return raw('CAST(NULL AS TIMESTAMPTZ)')
  return sql`CAST(${bound(isoOf(part === 'start' ? span.startMs : span.endMs))} AS TIMESTAMPTZ)`
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}
