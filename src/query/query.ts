import type { Context } from '../core/context.ts'
import { isError, MillraceError } from '../core/errors.ts'
import { suggest } from '../core/suggest.ts'
import type { Engine, Query, Result } from '../engines/engine.ts'
import type { Relation } from '../engines/relation.ts'
import { textOf } from '../sql/ast.ts'
import { filtersOf } from '../sql/filters.ts'
import { type Edit, indexBefore, replaceTables, type TableReference, tablesOf } from '../sql/names.ts'
import { parseSql } from '../sql/parse.ts'
import { indexOfPlace, placeOfByte } from '../sql/place.ts'
import { assertSafe } from '../sql/safety.ts'
import type { Behind, Catalog } from './catalog.ts'
import { type Freezing, type Frozen, freeze } from './frozen.ts'

export interface QueryOptions extends Freezing {
  readonly parameters?: NonNullable<Query['parameters']>
  readonly limits?: NonNullable<Query['limits']>
}

/** A query whose names stand for rows: what an engine runs, and what it was decided on. */
export interface ResolvedQuery extends Disposable {
  readonly query: Query
  readonly position: Position
  /** Where the query's text differs from the one that was given. */
  readonly edits: readonly Edit[]
}

/** What an answer was computed from. */
export interface Position {
  /** Table → version. */
  readonly versions: Readonly<Record<string, number>>
  /** Stream → the offset before which it has all. */
  readonly offsets: Readonly<Record<string, bigint>>
  /** Models that are as of their last build: bringing them up to date would have read too much. */
  readonly behind: Readonly<Record<string, Behind>>
}

/** Rows, and what they were computed from. Closed by its reader. */
export interface Answer extends Result {
  readonly position: Position
  /** A time at which its position had been taken. */
  readonly atMs: number
}

/** How often a query is begun again when a table has gone on while its rows were gathered. */
const attempts = 5

/**
 * Answers one SELECT over the tables of a catalog, typed by a person. SQL_INVALID and SQL_NOT_ALLOWED with the place,
 * QUERY_TIMEOUT, QUERY_MEMORY, QUERY_FAILED while rows are read; what the catalog throws.
 */
export async function query(
  catalog: Catalog,
  engine: Engine,
  sql: string,
  options: QueryOptions,
  context: Context,
): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await answerOnce(catalog, engine, sql, options, context)
    } catch (error) {
      // it had not begun to run: the process that held rows of it ended before
      if (attempt === attempts || !isError(error, 'TAIL_LOST')) throw error
    }
  }
}

async function answerOnce(
  catalog: Catalog,
  engine: Engine,
  sql: string,
  options: QueryOptions,
  context: Context,
): Promise<Answer> {
  using held = new DisposableStack()
  const resolved = held.use(await resolveQuery(catalog, sql, options, context))
  const atMs = context.now()
  const result = await inPlaces(sql, resolved, () => engine.run(resolved.query, context))
  const kept = held.move()
  return {
    columns: result.columns,
    batches: result.batches,
    get truncated() {
      return result.truncated
    },
    position: resolved.position,
    atMs,
    async [Symbol.asyncDispose]() {
      await result[Symbol.asyncDispose]()
      kept.dispose()
    },
  }
}

const goneOn = ['INPUT_BEHIND', 'TAIL_AHEAD', 'TAIL_LOST'] as const

/** True for what `untilSteady` does again. */
export function isGoneOn(error: unknown): boolean {
  return goneOn.some((code) => isError(error, code))
}

/** Puts rows in place of a query's names; disposed of when its answer has been read. The text stays as it was written, but for names with a dot. */
export async function resolveQuery(
  catalog: Catalog,
  sql: string,
  options: QueryOptions,
  context: Context,
): Promise<ResolvedQuery> {
  return untilSteady(() => resolveOnce(catalog, sql, options, context), options)
}

/** Does again, with versions that are taken anew, what a commit or a flush of others has got in the way of. */
export async function untilSteady<T>(work: () => Promise<T>, { known }: Pick<Freezing, 'known'>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === attempts || !isGoneOn(error)) throw error
      known?.expire()
    }
  }
}

async function resolveOnce(
  catalog: Catalog,
  sql: string,
  { parameters, limits, ...freezing }: QueryOptions,
  context: Context,
): Promise<ResolvedQuery> {
  using held = new DisposableStack()
  const frozen = held.use(freeze(freezing))
  const resolved = await resolveFrozen(catalog, sql, { frozen, parameters, limits }, context)
  return { ...resolved, ...heldBy(held.move()) }
}

export interface FrozenOptions extends Partial<Pick<Query, 'parameters' | 'limits'>> {
  readonly frozen: Frozen
}

/**
 * The same at versions that are frozen, for several queries that are to be answered at one position: whoever froze them
 * keeps them until the rows are read. One that meets TAIL_AHEAD, INPUT_BEHIND or TAIL_LOST begins again: `untilSteady`.
 */
export async function resolveFrozen(
  catalog: Catalog,
  sql: string,
  {
    frozen,
    parameters,
    limits,
  }: { [Key in keyof FrozenOptions]: FrozenOptions[Key] | undefined } & {
    readonly frozen: Frozen
  },
  context: Context,
): Promise<Omit<ResolvedQuery, keyof Disposable>> {
  const parsed = await parseSql(sql)
  assertSafe(parsed)
  const known = await catalog.names(context)
  for (const name of Object.keys(frozen.at.versions))
    if (!known.includes(name))
      throw new MillraceError('NAME_UNKNOWN', { what: 'table', name, suggestion: suggest(name, known) })
  const named = tablesOf(parsed).map((reference) => ({ reference, name: nameOf(reference, known) }))
  const byName = Map.groupBy(named, ({ name }) => name)
  assertDistinct([...byName.keys()], named)
  const filters = filtersOf(parsed, parameters)
  const from: Record<string, Relation> = {}
  const position = { versions: {}, behind: {} }
  await catalog.freeze?.([...byName.keys()], frozen, context)
  for (const [name, uses] of byName) {
    // read in two places, the rows must serve both
    const [only, second] = uses
    const own = only && !second ? (filters.get(only.reference.node) ?? []) : []
    const { relation, versions, behind } = await catalog.resolve(name, frozen, own, context)
    from[name] = relation
    Object.assign(position.versions, versions)
    Object.assign(position.behind, behind)
  }
  const edits = named.filter(({ reference }) => reference.parts.length > 1).map(editOf)
  return {
    query: {
      sql: replaceTables(sql, edits),
      from,
      trust: 'lake',
      ...(parameters && { parameters }),
      ...(limits && { limits }),
    },
    position: { ...position, offsets: frozen.offsets() },
    edits,
  }
}

function heldBy(held: DisposableStack): Disposable {
  return { [Symbol.dispose]: () => held.dispose() }
}

/** The catalog's name for what is written: as it is spelt, else the one that differs in case alone. */
function nameOf({ parts, place }: TableReference, known: readonly string[]): string {
  const written = parts.join('.')
  if (known.includes(written)) return written
  const same = known.filter((name) => name.toLowerCase() === written.toLowerCase())
  if (same.length === 1) return same[0] as string
  if (same.length > 1)
    throw new MillraceError('TABLE_AMBIGUOUS', { ...place, name: written, candidates: same.join(' or ') })
  throw new MillraceError('SQL_INVALID', {
    ...place,
    reason: `there is no table \`${written}\``,
    suggestion: suggest(written, known),
  })
}

/** The engine tells names apart by their letters alone: two that differ in case cannot be read in one query. */
function assertDistinct(names: readonly string[], named: readonly { reference: TableReference; name: string }[]): void {
  const seen = new Map<string, string>()
  for (const name of names) {
    const other = seen.get(name.toLowerCase())
    const place = named.find((each) => each.name === name)?.reference.place
    if (other && place)
      throw new MillraceError('TABLE_AMBIGUOUS', { ...place, name, candidates: `${other} or ${name}` })
    seen.set(name.toLowerCase(), name)
  }
}

/** A name with a dot as one name, which keeps its last part for the columns: `millrace.files` → `"millrace.files" AS "files"`. */
function editOf({ reference, name }: { reference: TableReference; name: string }): Edit {
  const { start, end, parts, node } = reference
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
  const alias = textOf(node, 'alias') === '' ? ` AS ${quoted(parts.at(-1) as string)}` : ''
  return { start, end, text: `${quoted(name)}${alias}` }
}

/** Runs `work`; a place that it names in the text as it was changed becomes one of the text that was given. */
export async function inPlaces<T>(
  given: string,
  { query, edits }: Pick<ResolvedQuery, 'query' | 'edits'>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (edits.length === 0 || !isError(error, 'SQL_INVALID') || error.fields['excerpt'] === '') throw error
    const { line, column, reason, suggestion } = error.fields
    const changed = indexOfPlace(query.sql, { line: Number(line), column: Number(column) })
    const place = placeOfByte(given, Buffer.byteLength(given.slice(0, indexBefore(edits, changed))))
    throw new MillraceError('SQL_INVALID', { ...place, reason: `${reason}`, suggestion: `${suggestion}` }, error)
  }
}
