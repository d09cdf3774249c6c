import { type Column, type Columns, type ColumnType, sameType, typeText } from '../../core/columns.ts'
import { MillraceError } from '../../core/errors.ts'
import type { Query } from '../../engines/engine.ts'
import { join, name, raw, type SqlText, sql } from '../../sql/text.ts'

/**
 * The query with the table's columns, in its order and of its types. A cast is made only where each value stays what it
 * is or the engine refuses it. COLUMN_UNKNOWN, SCHEMA_MISMATCH.
 */
export function fitQuery(
  { table, columns }: { readonly table: string; readonly columns: Columns },
  query: Query,
  brings: readonly Column[],
): Query {
  const found = new Map<string, number>()
  for (const [at, { name: brought }] of brings.entries()) {
    const key = brought.toLowerCase()
    const known = columns.some((column) => column.name.toLowerCase() === key)
    if (!known || found.has(key)) throw new MillraceError('COLUMN_UNKNOWN', { table, column: brought })
    found.set(key, at)
  }
  const same = (column: Column, at: number) =>
    brings[at]?.name === column.name && sameType(brings[at].type, column.type)
  // the text as it stands keeps the places of its errors
  if (columns.length === brings.length && columns.every(same)) return query
  const alias = (at: number) => name(`c${at}`)
  const picked = columns.map((column) => {
    const at = found.get(column.name.toLowerCase())
    const source = at === undefined ? undefined : { type: brings[at]?.type as ColumnType, text: alias(at) }
    return sql`${fitColumn(table, column, source)} AS ${name(column.name)}`
  })
  const aliases = brings.map((_, at) => alias(at))
  return { ...query, sql: sql`SELECT ${join(picked)} FROM (\n${raw(query.sql)}\n) AS q(${join(aliases)})`.text }
}

function fitColumn(
  table: string,
  column: Column,
  source: { readonly type: ColumnType; readonly text: SqlText } | undefined,
): SqlText {
  const type = raw(typeText(column.type))
  if (!source) return sql`CAST(NULL AS ${type})`
  if (sameType(source.type, column.type)) return source.text
  if (!keepsValues(source.type, column.type))
    throw new MillraceError('SCHEMA_MISMATCH', {
      table,
      column: column.name,
      has: typeText(column.type),
      brings: typeText(source.type),
    })
  return sql`CAST(${source.text} AS ${type})`
}

const integers = ['smallint', 'integer', 'bigint']
const texts = ['varchar', 'uuid', 'json']

/** True when a cast changes no value: it is the same afterwards, or an error. */
function keepsValues(from: ColumnType, to: ColumnType): boolean {
  if (integers.includes(from.kind)) {
    if (integers.includes(to.kind) || to.kind === 'decimal') return true
    return to.kind === 'double' && from.kind !== 'bigint'
  }
  if (texts.includes(from.kind)) return texts.includes(to.kind)
  if (from.kind === 'float') return to.kind === 'double'
  if (from.kind === 'decimal') return to.kind === 'decimal' && to.scale >= from.scale
  if (from.kind === 'list') return to.kind === 'list' && fits(from.of, to.of)
  if (from.kind === 'map') return to.kind === 'map' && fits(from.key, to.key) && fits(from.value, to.value)
  if (from.kind === 'struct' && to.kind === 'struct') {
    // DuckDB casts structs by name; the same names in another order would do, but not fewer or others
    const inner = new Map(to.fields.map((field) => [field.name, field.type]))
    return (
      from.fields.length === to.fields.length &&
      from.fields.every((field) => {
        const target = inner.get(field.name)
        return target !== undefined && fits(field.type, target)
      })
    )
  }
  return false
}

function fits(from: ColumnType, to: ColumnType): boolean {
  return sameType(from, to) || keepsValues(from, to)
}
