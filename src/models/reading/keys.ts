import type { Column, Columns } from '../../core/columns.ts'
import type { Context } from '../../core/context.ts'
import type { Value } from '../../core/values.ts'
import type { Engine } from '../../engines/engine.ts'
import type { Relation } from '../../engines/relation.ts'
import { collect } from '../../engines/rows.ts'
import type { Filter, FilterValue } from '../../sql/filters.ts'
import { join, name, type SqlText, sql } from '../../sql/text.ts'
import type { Traced } from '../../sql/trace.ts'
import type { BoundModel } from '../model.ts'

/** Up to so many keys are held as values; more are found again wherever they are asked for. */
const heldKeys = 10_000

/** Up to so many keys are looked for one by one in the statistics of files. */
const listedKeys = 1_000

/** The key's columns as the model gives them. */
export function keyColumns({ key = [], output }: BoundModel): Columns {
  return key.flatMap((wanted) => output.find((column) => column.name.toLowerCase() === wanted.toLowerCase()) ?? [])
}

/** The keys in rows of an input, in columns named as the model's. */
export function keysIn(model: BoundModel, traced: readonly Traced[], rows: Relation): Relation {
  const picked = keyColumns(model).map((column, at) => sql`${(traced[at] as Traced).sql} AS ${name(column.name)}`)
  return { kind: 'select', sql: sql`SELECT DISTINCT ${join(picked)} FROM input_rows`.text, from: { input_rows: rows } }
}

/** The keys of all of these, each once, and how many there are. */
export async function unionKeys(
  engine: Engine,
  model: BoundModel,
  keys: readonly Relation[],
  context: Context,
): Promise<{ readonly keys: Relation; readonly count: number }> {
  const columns = keyColumns(model)
  const all: Relation = {
    kind: 'select',
    sql: sql`SELECT DISTINCT ${join(columns.map((column) => name(column.name)))} FROM found`.text,
    from: { found: { kind: 'union', of: keys } },
  }
  const limits = { rows: heldKeys + 1 }
  const rows = await collect(await engine.run({ sql: 'SELECT * FROM k', from: { k: all }, limits }, context))
  if (rows.length <= heldKeys) return { keys: { kind: 'values', columns, rows }, count: rows.length }
  const [row] = await collect(await engine.run({ sql: 'SELECT count(*) FROM k', from: { k: all } }, context))
  return { keys: all, count: Number(row?.[0]) }
}

/** The rows of an input whose key is among the keys. */
export function rowsOfKeys(
  model: BoundModel,
  traced: readonly Traced[],
  input: { readonly columns: Columns; readonly rows: Relation },
  keys: Relation,
): Relation {
  const columns = keyColumns(model)
  const made = columns.map((_, at) => freeName(`key_${at}`, input.columns))
  const picked = made.map((own, at) => sql`${(traced[at] as Traced).sql} AS ${own}`)
  const same = columns.map((column, at) => sql`${made[at] as SqlText} IS NOT DISTINCT FROM keys.${name(column.name)}`)
  const text = sql`SELECT * EXCLUDE (${join(made)}) FROM (SELECT *, ${join(picked)} FROM input_rows) SEMI JOIN keys ON ${join(same, ' AND ')}`
  return { kind: 'select', sql: text.text, from: { input_rows: input.rows, keys } }
}

/** The rows of a model's table whose keys are among the keys, or those whose are not. */
export function rowsByKeys(model: BoundModel, kind: 'among' | 'others', stored: Relation, keys: Relation): Relation {
  const same = keyColumns(model).map(
    (column) => sql`stored.${name(column.name)} IS NOT DISTINCT FROM keys.${name(column.name)}`,
  )
  const by = kind === 'among' ? sql`SEMI` : sql`ANTI`
  const text = sql`SELECT stored.* FROM stored ${by} JOIN keys ON ${join(same, ' AND ')}`
  return { kind: 'select', sql: text.text, from: { stored, keys } }
}

/** What every row of an input with one of the keys fulfils, as far as it can be told. */
export function filtersOfKeys(traced: readonly Traced[], columns: Columns, keys: Relation): readonly Filter[] {
  if (keys.kind !== 'values' || keys.rows.length > listedKeys) return []
  return traced.flatMap((each, at) => {
    const values = keys.rows.map((row) => row[at] ?? null)
    const column = columnOf(each, columns)
    return column && values.every(isListed) ? [{ column: [column.name], op: 'in', values }] : []
  })
}

/** The column that something traced is as it is, quoted or not. */
export function columnOf(traced: Traced | undefined, columns: Columns): Column | undefined {
  const text = traced?.sql.text.toLowerCase()
  return columns.find((column) => [column.name, name(column.name).text].some((own) => own.toLowerCase() === text))
}

/** A value that is one of its kind; NULL is found by no comparison. */
function isListed(value: Value): value is Exclude<FilterValue, null> {
  return value !== null && typeof value !== 'object'
}

function freeName(wanted: string, columns: readonly Column[]): SqlText {
  let own = wanted
  while (columns.some((column) => column.name.toLowerCase() === own)) own += '_'
  return name(own)
}
