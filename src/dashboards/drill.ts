import { MillraceError } from '../core/errors.ts'
import { suggest } from '../core/suggest.ts'
import { type Clauses, clausesOf } from '../sql/clauses.ts'
import { join, name, raw, type SqlText, sql } from '../sql/text.ts'
import { type BindSite, type BoundFilter, bindSql } from './bind.ts'
import type { Tile } from './dashboard.ts'
import { type TilePlan, withoutEnd } from './plan-tile.ts'

/** The values of a mark by the columns of the tile's SELECT, as its rows have them. */
export type Mark = Readonly<Record<string, string | number | boolean | null>>

/** The columns that say where each row of an origin came from; they are no one's own. */
export const originColumns = ['_origin_file', '_origin_id', '_origin_row'] as const

/** The rows behind a tile, or behind one mark of it. */
export interface DrillPlan extends Omit<TilePlan, 'edits'> {
  /** `source`: rows of what the tile reads, before they are grouped; `answer`: rows of its own SELECT, which hides them. */
  readonly of: 'source' | 'answer'
}

/**
 * The SELECT of the rows behind a tile: what it reads, under the same conditions and the mark's, ungrouped. A mark is
 * compared with the expression that its column is. DASHBOARD_UNKNOWN for a mark of a column that is not the chart's.
 */
export function planDrill(
  tile: Tile,
  { filters, mark, marks, rows, origin, id }: DrillAsked,
  site: Omit<BindSite, 'filterColumns'>,
): DrillPlan {
  for (const column of Object.keys(mark))
    if (!marks.includes(column))
      throw new MillraceError('DASHBOARD_UNKNOWN', { what: 'mark', name: column, suggestion: suggest(column, marks) })
  const text = withoutEnd(tile.sql)
  const clauses = clausesOf(text)
  const isOpen = clauses && Object.keys(mark).every((column) => clauses.outputs.has(column))
  const conditions = Object.entries(mark).map(([column, value], at) =>
    conditionOf(isOpen ? raw(`(${clauses.outputs.get(column)}\n)`) : name(column), value, at),
  )
  if (origin && id !== undefined) conditions.push(conditionOf(name(originColumns[1]), id, conditions.length))
  const made = isOpen ? sourceSql(clauses, conditions, origin) : answerSql(text, conditions)
  const values = [...Object.values(mark), ...(id === undefined ? [] : [id])].map(
    (value, at) => [`${markName}${at}`, { type: 'value', value: String(value) }] as const,
  )
  const bound = bindSql(made.text, new Map<string, BoundFilter>([...filters, ...values]), {
    ...site,
    filterColumns: tile.filterColumns,
  })
  return { sql: bound.sql, parameters: bound.parameters, rows, of: isOpen ? 'source' : 'answer' }
}

export interface DrillAsked {
  readonly filters: ReadonlyMap<string, BoundFilter>
  readonly mark: Mark
  /** The columns that may be in a mark. */
  readonly marks: readonly string[]
  readonly rows: number
  /** What stands for the one table that the tile reads: its rows with `originColumns`. */
  readonly origin?: { readonly sql: string }
  /** With an origin: only what was made from the event of this id. */
  readonly id?: string
}

/** The one table that the rows behind a tile are of; undefined where there are several, or they are no table's. */
export function soleTable(tile: Tile): string | undefined {
  const [, quoted, plain] = sole.exec(clausesOf(withoutEnd(tile.sql))?.from ?? '') ?? []
  return quoted?.replaceAll('""', '"') ?? plain
}

const nameText = String.raw`(?:"((?:[^"]|"")+)"|([A-Za-z_]\w*))`
const sole = new RegExp(String.raw`^FROM\s+${nameText}(?:\s+(?:AS\s+)?${nameText})?$`, 'i')

/** No filter is called so: their names are of small letters. */
const markName = 'Mark'

function conditionOf(expression: SqlText, value: Mark[string], at: number): SqlText {
  return value === null
    ? sql`${expression} IS NULL`
    : sql`${expression} IS NOT DISTINCT FROM ${raw(`$${markName}${at}`)}`
}

/** A comment at the end of a text that a person wrote ends with the line. */
function sourceSql(
  { with: before, from, where }: Clauses,
  conditions: readonly SqlText[],
  origin: DrillAsked['origin'],
): SqlText {
  const all = [...(where === undefined ? [] : [sql`(${raw(where)}\n)`]), ...conditions]
  const rows = origin ? sql`FROM (${raw(origin.sql)}\n) AS ${aliasOf(from)}` : raw(from)
  return sql`${raw(before)}SELECT * ${rows}\n${whereOf(all)}`
}

/** What conditions call the one table. */
function aliasOf(from: string): SqlText {
  const [, quoted, plain, quotedAlias, alias] = sole.exec(from) ?? []
  return name((quotedAlias ?? alias ?? quoted ?? plain ?? '').replaceAll('""', '"'))
}

function answerSql(text: string, conditions: readonly SqlText[]): SqlText {
  return sql`SELECT * FROM (${raw(text)}\n) AS tile ${whereOf(conditions)}`
}

function whereOf(conditions: readonly SqlText[]): SqlText {
  return conditions.length === 0 ? raw('') : sql`WHERE ${join(conditions, ' AND ')}`
}
