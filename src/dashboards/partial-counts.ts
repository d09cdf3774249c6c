import type { Context } from '../core/context.ts'
import { isError } from '../core/errors.ts'
import type { Engine, Query, Result } from '../engines/engine.ts'
import type { Relation } from '../engines/relation.ts'
import { parseSql } from '../sql/parse.ts'
import { type Partials, partialsOf, partsName } from '../sql/partials.ts'
import { join, name, raw, type SqlText, sql } from '../sql/text.ts'

/** How a SELECT is taken apart: what it counts of a part of the rows, and the types of that. */
export interface Form {
  readonly partials: Partials
  readonly types: readonly string[]
}

/** What a SELECT counts of some rows: its groups, and of each what `form` says. */
export interface Counted {
  readonly part: string
  readonly types: readonly string[]
  readonly rows: readonly (readonly (string | null)[])[]
}

/** Rows at most: they are written into each query. */
export const rowLimit = 5_000

/** Characters of these rows at most. */
const characterLimit = 500_000

/** Digits of a decimal that is one word of the processor. */
const shortDigits = 18

const settledName = '~settled'

/** Types whose values go from one query into the next: as text, which a cast reads. */
const carried: ReadonlySet<string> = new Set([
  'boolean',
  'smallint',
  'integer',
  'bigint',
  'hugeint',
  'decimal',
  'varchar',
  'date',
  'timestamp',
  'timestamptz',
  'uuid',
])

/** Types whose sums may be added up: the others are rounded, in the order of the rows. */
const added: ReadonlySet<string> = new Set(['hugeint', 'decimal'])

export interface Run {
  readonly engine: Engine
  /** Told of each query, once it has ended, what it took of one core. */
  spent(result: Pick<Result, 'cpuMs'>, startedMs: number): void
  /** Whether there is time to count a few small files now, which are read otherwise. */
  mayCount(): boolean
}

export interface Taken {
  readonly query: Query
  /** The name that its rows have in it. */
  readonly title: string
  readonly form: Form
}

/** Some SQL of a query over some of its rows. */
export async function rowsOf(
  query: Query,
  title: string,
  of: readonly Relation[],
  { engine, spent }: Run,
  context: Context,
): Promise<Pick<Result, 'columns' | 'truncated'> & Pick<Counted, 'rows'>> {
  const startedMs = performance.now()
  await using result = await engine.run({ ...query, from: { [title]: { kind: 'union', of } } }, context)
  const rows: Counted['rows'][number][] = []
  for await (const batch of result.batches)
    for (const row of batch) rows.push(row.map((each) => (each === null ? null : String(each))))
  spent(result, startedMs)
  return { rows, columns: result.columns, truncated: result.truncated }
}

/** 'whole' where the query as it was given tells what is wrong, and where. */
export async function unlessWrong<T>(work: () => Promise<T>): Promise<T | 'whole'> {
  try {
    return await work()
  } catch (error) {
    if (!isError(error, 'SQL_INVALID') && !isError(error, 'QUERY_FAILED')) throw error
    return 'whole'
  }
}

/** Reads no rows. Of the rows under way it takes the types, with which those of the files are compared as they are counted. */
export function findForm(
  query: Query,
  title: string,
  { names, of }: { readonly names: readonly string[]; readonly of: readonly Relation[] },
  run: Run,
  context: Context,
): Promise<Form | 'whole'> {
  return unlessWrong(async () => {
    const partials = await partialsOf(await parseSql(query.sql), names)
    if (!partials) return 'whole'
    const part = { ...query, sql: sql`SELECT * FROM (${raw(partials.part)}) LIMIT 0`.text }
    const types = typesOf((await rowsOf(part, title, of, run, context)).columns)
    const kinds = types.map((type) => type.replace(/\(.*/, ''))
    const isCarried =
      kinds.every((kind) => carried.has(kind)) && partials.sums.every((at) => added.has(kinds[at] ?? ''))
    return isCarried ? { partials, types } : 'whole'
  })
}

/** What a part of the settled rows has of the query. Beside rows of other types it would be another: they are read whole. */
export function count(
  { query, title, form }: Taken,
  part: Relation,
  run: Run,
  context: Context,
): Promise<Counted | 'whole'> {
  return unlessWrong(async () => {
    const asked = { ...query, sql: form.partials.part, limits: { ...query.limits, rows: rowLimit } }
    const { rows, columns, truncated } = await rowsOf(asked, title, [part], run, context)
    const counted = { part: form.partials.part, types: typesOf(columns), rows }
    return truncated || charactersIn(rows) > characterLimit || !isOf(counted, form) ? 'whole' : counted
  })
}

function typesOf(columns: Result['columns']): readonly string[] {
  return columns.map(({ type }) => type)
}

export function isOf(counted: Pick<Counted, 'part' | 'types'>, { partials, types }: Form): boolean {
  return counted.part === partials.part && counted.types.every((type, at) => type === types[at])
}

/** As it was given where nothing is counted, or too much. */
export function merged({ query, title, form }: Taken, moving: readonly Relation[], counts: readonly Counted[]): Query {
  const rows = counts.flatMap((each) => each.rows)
  if (counts.length === 0 || rows.length > rowLimit) return query
  const { partials, types } = form
  const settled: Relation = {
    kind: 'values',
    columns: types.map((_, at) => ({ name: `p${at}`, type: { kind: 'varchar' }, nullable: true })),
    rows,
  }
  const columns = types.map((type, at) => castOf(name(`p${at}`), type, () => rows.map((row) => row[at])))
  const parts = sql`${raw(partials.part)} UNION ALL SELECT ${join(columns)} FROM ${name(settledName)}`
  return {
    ...query,
    sql: sql`WITH ${name(partsName)} AS (${parts}) ${raw(partials.whole)}`.text,
    from: { [title]: { kind: 'union', of: moving }, [settledName]: settled },
  }
}

/**
 * Text as a value of this type. DuckDB reads a decimal of more than 18 digits from text in 15 µs, and one of up to 18,
 * which most sums are, in 0.01.
 */
function castOf(text: SqlText, type: string, values: () => readonly (string | null | undefined)[]): SqlText {
  const cast = sql`CAST(${text} AS ${raw(type)})`
  const [, width, scale] = /^decimal\((\d+),(\d+)\)$/.exec(type) ?? []
  if (width === undefined || Number(width) <= shortDigits || Number(scale) > shortDigits) return cast
  const isShort = values().every((value) => (value ?? '').replace(/[-.]/g, '').length <= shortDigits)
  return isShort
    ? sql`CAST(CAST(${text} AS DECIMAL(${raw(String(shortDigits))}, ${raw(String(scale))})) AS ${raw(type)})`
    : cast
}

/** About what the rows take as text in a query. */
export function charactersIn(rows: Counted['rows']): number {
  return rows.reduce((sum, row) => row.reduce((of: number, each) => of + (each?.length ?? 4) + 8, sum), 0)
}
