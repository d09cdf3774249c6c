import { createHash } from 'node:crypto'
import type { Context } from '../core/context.ts'
import { isError } from '../core/errors.ts'
import type { Value } from '../core/values.ts'
import type { Engine, Query, Result } from '../engines/engine.ts'
import type { DataFile, Relation, Relations } from '../engines/relation.ts'
import { parseSql } from '../sql/parse.ts'
import { type Partials, partialsOf, partsName } from '../sql/partials.ts'
import { isRowWise } from '../sql/row-wise.ts'
import { join, name, raw, sql } from '../sql/text.ts'
import { type Memory, memoryOf } from './memory.ts'

/** How a SELECT is taken apart: what it counts of a part of the rows, and the types of that. */
interface Form {
  readonly partials: Partials
  readonly types: readonly string[]
}

/** What was counted, and of which files. */
interface Kept {
  readonly paths: ReadonlySet<string>
  readonly counted: Counted | 'whole'
}

/** What a SELECT counts of settled rows. */
interface Counted {
  readonly part: string
  readonly types: readonly string[]
  readonly rows: readonly (readonly Value[])[]
}

/** Rows at most: they are written into each query. */
const rowLimit = 5_000

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
  /** Whether there is time to count some files now; what is not counted is read. */
  mayCount(): boolean
}

/** The rows of a name: those in committed files, and those that may be others at the next position. */
interface Halves {
  readonly settled: readonly Relation[]
  readonly moving: readonly Relation[]
}

/**
 * Tiles read the same committed files at each position, and a few rows more. What one counts of the files is computed
 * once, and kept as long as they are the same; from then on only what is not settled is read.
 */
export class SettledRows {
  readonly #rowWise: Memory<Promise<boolean>> = memoryOf(() => 0)
  readonly #forms: Memory<Form | 'whole'> = memoryOf(() => 1_000, 4 * 1024 * 1024)
  readonly #kept: Memory<Kept> = memoryOf(charactersOf, 4 * 1024 * 1024)

  /**
   * The query over what is not settled, with what is; as it was given where it cannot be taken apart, or is wrong.
   * What `engine` throws of others.
   */
  async shortened(query: Query, run: Run, context: Context): Promise<Query> {
    const [[title, relation] = [], second] = Object.entries(query.from)
    if (title === undefined || !relation || second) return query
    const halves = await this.#halvesOf(relation)
    if (halves.settled.length === 0 || halves.moving.length === 0) return query
    const form = await this.#formOf(query, title, halves, run, context)
    if (form === 'whole') return query
    const counts: Counted[] = []
    const moving = [...halves.moving]
    // each by itself: a flush leaves alone what was counted of a model's files
    for (const part of halves.settled) {
      const known = await this.#countOf({ query, title, form }, part, run, context)
      if (known === 'whole') return query
      if (known.counted) counts.push(known.counted)
      if (known.left) moving.push(known.left)
    }
    return merged({ query, title, form }, moving, counts)
  }

  /** What is counted of a part, and what of it is not. */
  async #countOf(
    taken: Taken,
    part: Relation,
    run: Run,
    context: Context,
  ): Promise<'whole' | { readonly counted?: Counted; readonly left?: Relation }> {
    const { files, key } = placeOf(taken.query, part)
    const paths = new Set(files.map(({ path }) => path))
    const kept = this.#kept.get(key)
    const isSame = kept?.paths.size === paths.size && kept.paths.isSubsetOf(paths)
    if (isSame && kept.counted === 'whole') return 'whole'
    const before = kept && isOf(kept.counted, taken.form) && kept.paths.isSubsetOf(paths) ? kept : undefined
    const counted = before?.counted === 'whole' ? undefined : before?.counted
    if (counted && isSame) return { counted }
    const added = files.filter(({ path }) => !before?.paths.has(path))
    // rows of a few files after another would be ever more
    const isFew = counted !== undefined && counted.rows.length <= rowLimit / 2
    const left = isFew ? withFiles(part, added) : part
    if (!run.mayCount()) return isFew ? { counted, left } : { left }
    const found = await count(taken, left, run, context)
    const all = isFew && found !== 'whole' ? { ...found, rows: [...counted.rows, ...found.rows] } : found
    this.#kept.put(key, { paths, counted: all })
    return all === 'whole' ? 'whole' : { counted: all }
  }

  async #formOf(query: Query, title: string, halves: Halves, run: Run, context: Context): Promise<Form | 'whole'> {
    const key = shapeOf(query, halves)
    let form = this.#forms.get(key)
    if (!form) {
      form = await findForm(query, title, halves, run, context)
      this.#forms.put(key, form)
    }
    return form
  }

  async #halvesOf(relation: Relation): Promise<Halves> {
    switch (relation.kind) {
      case 'delta':
        return { settled: [relation], moving: [] }
      case 'union': {
        const halves = await Promise.all(relation.of.map((part) => this.#halvesOf(part)))
        return { settled: halves.flatMap((each) => each.settled), moving: halves.flatMap((each) => each.moving) }
      }
      case 'select': {
        const [[title, rows] = [], second] = Object.entries(relation.from)
        if (title === undefined || !rows || second || !(await this.#isRowWise(relation.sql)))
          return { settled: [], moving: [relation] }
        const { settled, moving } = await this.#halvesOf(rows)
        const over = (of: readonly Relation[]): readonly Relation[] =>
          of.length === 0 ? [] : [{ ...relation, from: { [title]: { kind: 'union', of } } }]
        return { settled: over(settled), moving: over(moving) }
      }
      default:
        return { settled: [], moving: [relation] }
    }
  }

  #isRowWise(text: string): Promise<boolean> {
    const known = this.#rowWise.get(text) ?? parseSql(text).then(isRowWise)
    this.#rowWise.put(text, known)
    return known
  }
}

function charactersOf({ paths, counted }: Kept): number {
  const rows = counted === 'whole' ? [] : counted.rows
  const lengths = rows.flatMap((row) => row.map((each) => String(each).length + 8))
  return lengths.reduce((sum, each) => sum + each, paths.size * 100)
}

interface Taken {
  readonly query: Query
  /** The name that its rows have in it. */
  readonly title: string
  readonly form: Form
}

/** Some SQL of a query over some of its rows. */
async function rowsOf(
  query: Query,
  title: string,
  of: readonly Relation[],
  { engine, spent }: Run,
  context: Context,
): Promise<Pick<Result, 'columns' | 'truncated'> & Pick<Counted, 'rows'>> {
  const startedMs = performance.now()
  await using result = await engine.run({ ...query, from: { [title]: { kind: 'union', of } } }, context)
  const rows: (readonly Value[])[] = []
  for await (const batch of result.batches) rows.push(...batch)
  spent(result, startedMs)
  return { rows, columns: result.columns, truncated: result.truncated }
}

/** 'whole' where the query as it was given tells what is wrong, and where. */
async function unlessWrong<T>(work: () => Promise<T>): Promise<T | 'whole'> {
  try {
    return await work()
  } catch (error) {
    if (!isError(error, 'SQL_INVALID') && !isError(error, 'QUERY_FAILED')) throw error
    return 'whole'
  }
}

/** It reads no rows. */
function findForm(
  query: Query,
  title: string,
  { settled, moving }: Halves,
  run: Run,
  context: Context,
): Promise<Form | 'whole'> {
  return unlessWrong(async () => {
    const all = { ...query, sql: sql`SELECT * FROM ${name(title)} LIMIT 0`.text, parameters: [] }
    const { columns } = await rowsOf(all, title, [...settled, ...moving], run, context)
    const names = columns.map((column) => column.name)
    const partials = await partialsOf(await parseSql(query.sql), names)
    if (!partials) return 'whole'
    const part = { ...query, sql: sql`SELECT * FROM (${raw(partials.part)}) LIMIT 0`.text }
    const types = typesOf((await rowsOf(part, title, moving, run, context)).columns)
    const kinds = types.map((type) => type.replace(/\(.*/, ''))
    const isCarried =
      kinds.every((kind) => carried.has(kind)) && partials.sums.every((at) => added.has(kinds[at] ?? ''))
    return isCarried ? { partials, types } : 'whole'
  })
}

/** What a part of the settled rows has of the query. Beside rows of other types it would be another: they are read whole. */
function count({ query, title, form }: Taken, part: Relation, run: Run, context: Context): Promise<Counted | 'whole'> {
  return unlessWrong(async () => {
    const asked = { ...query, sql: form.partials.part, limits: { ...query.limits, rows: rowLimit } }
    const { rows, columns, truncated } = await rowsOf(asked, title, [part], run, context)
    const counted = { part: form.partials.part, types: typesOf(columns), rows }
    return truncated || !isOf(counted, form) ? 'whole' : counted
  })
}

function typesOf(columns: Result['columns']): readonly string[] {
  return columns.map(({ type }) => type)
}

function isOf(counted: Counted | 'whole' | undefined, { partials, types }: Form): boolean {
  if (!counted || counted === 'whole') return counted === 'whole'
  return counted.part === partials.part && counted.types.every((type, at) => type === types[at])
}

/** As it was given where nothing is counted, or too much. */
function merged({ query, title, form }: Taken, moving: readonly Relation[], counts: readonly Counted[]): Query {
  const rows = counts.flatMap((each) => each.rows)
  if (counts.length === 0 || rows.length > rowLimit) return query
  const { partials, types } = form
  const named = types.map((_, at) => `p${at}`)
  const cast = types.map((type, at) => sql`CAST(${name(named[at] as string)} AS ${raw(type)})`)
  const settled: Relation = {
    kind: 'values',
    columns: named.map((each) => ({ name: each, type: { kind: 'varchar' }, nullable: true })),
    rows: rows.map((row) => row.map((each) => (each === null ? null : String(each)))),
  }
  const parts = sql`${raw(partials.part)} UNION ALL SELECT ${join(cast)} FROM ${name(settledName)}`
  return {
    ...query,
    sql: sql`WITH ${name(partsName)} AS (${parts}) ${raw(partials.whole)}`.text,
    from: { [title]: { kind: 'union', of: moving }, [settledName]: settled },
  }
}

/** What columns and types depend on: the text, and what is read but for the rows of it that there are. */
function shapeOf({ sql: text }: Query, halves: Halves): string {
  const others = new Set(['files', 'version', 'rows', 'paths', 'tail', 'generations', 'after', 'upTo'])
  return JSON.stringify([text, halves], (key, held: unknown) => (others.has(key) ? undefined : held))
}

type Delta = Extract<Relation, { readonly kind: 'delta' }>

/** The tables that a part reads. */
function tablesIn(part: Relation): readonly Delta[] {
  if (part.kind === 'delta') return [part]
  if (part.kind === 'union') return part.of.flatMap(tablesIn)
  return part.kind === 'select' ? Object.values(part.from).flatMap(tablesIn) : []
}

/** The part with other files of its one table. */
function withFiles(part: Relation, files: readonly DataFile[]): Relation {
  if (part.kind === 'delta') return { ...part, files }
  if (part.kind === 'union') return { ...part, of: part.of.map((each) => withFiles(each, files)) }
  if (part.kind !== 'select') return part
  return { ...part, from: mapValues(part.from, (each) => withFiles(each, files)) }
}

function mapValues(from: Relations, work: (relation: Relation) => Relation): Relations {
  return Object.fromEntries(Object.entries(from).map(([title, relation]) => [title, work(relation)]))
}

/**
 * The files that are counted one after another, and what else the counts depend on: the text with its values, and where
 * the files lie, whatever the version that has them. A file is never another under the same path.
 */
function placeOf({ sql: text, parameters }: Query, part: Relation): { files: readonly DataFile[]; key: string } {
  const [table, second] = tablesIn(part)
  const asked = JSON.stringify([text, parameters?.map(String), part], (key, held: unknown) => {
    if (key === 'version' || (key === 'files' && !second)) return undefined
    return key === 'files' ? (held as readonly DataFile[]).map(({ path }) => path) : held
  })
  const key = createHash('sha256').update(asked).digest('base64')
  return { files: second || !table ? [] : table.files, key }
}
