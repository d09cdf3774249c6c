import { createHash } from 'node:crypto'
import type { Context } from '../core/context.ts'
import { isError } from '../core/errors.ts'
import type { Engine, Query, Result } from '../engines/engine.ts'
import type { DataFile, Relation, Relations } from '../engines/relation.ts'
import { parseSql } from '../sql/parse.ts'
import { type Partials, partialsOf, partsName } from '../sql/partials.ts'
import { isRowWise } from '../sql/row-wise.ts'
import { join, name, raw, type SqlText, sql } from '../sql/text.ts'
import { type Memory, memoryOf } from './memory.ts'

/** How a SELECT is taken apart: what it counts of a part of the rows, and the types of that. */
interface Form {
  readonly partials: Partials
  readonly types: readonly string[]
}

/** What was counted, and of which files. */
interface Kept {
  readonly paths: ReadonlySet<string>
  readonly counts: readonly Counted[] | 'whole'
}

/** What a SELECT counts of some files. */
interface Counted {
  readonly paths: ReadonlySet<string>
  readonly part: string
  readonly types: readonly string[]
  readonly rows: readonly (readonly (string | null)[])[]
}

/** Rows at most: they are written into each query. */
const rowLimit = 5_000

/** Characters of these rows at most. */
const characterLimit = 500_000

/** Digits of a decimal that is one word of the processor. */
const shortDigits = 18

/** So few files, of so few bytes, are read sooner than they are counted, which is one more query. */
const fewFiles = 3
const fewBytes = 8 * 2 ** 20

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

/** The rows of a name: those in committed files, and those that may be others at the next position. */
interface Halves {
  /** Each of one table. */
  readonly settled: readonly Relation[]
  readonly moving: readonly Relation[]
}

/**
 * Tiles read the same committed files at each position, and a few rows more. What one counts of the files is computed
 * once, and kept as long as they are the same; from then on only what is not settled is read.
 */
export class SettledRows {
  readonly #rowWise: Memory<Promise<boolean>> = memoryOf(() => 0)
  readonly #columns: Memory<readonly string[]> = memoryOf((names) => names.join().length)
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
    const [first] = halves.settled
    if (!first) return query
    const moving = halves.moving.length > 0 ? [...halves.moving] : [withFiles(first, [])]
    const form = await this.#formOf(query, title, { settled: halves.settled, moving: [...moving] }, run, context)
    if (form === 'whole') return query
    const counts: Counted[] = []
    // each by itself: a flush leaves alone what was counted of a model's files
    for (const part of halves.settled) {
      const known = await this.#countsOf({ query, title, form }, part, run, context)
      if (known === 'whole') return query
      counts.push(...known.counts)
      if (known.left) moving.push(known.left)
    }
    return merged({ query, title, form }, moving, counts)
  }

  /** What is counted of a part, and what of it is not. */
  async #countsOf(
    taken: Taken,
    part: Relation,
    run: Run,
    context: Context,
  ): Promise<'whole' | { readonly counts: readonly Counted[]; readonly left?: Relation }> {
    const { files, key } = placeOf(taken.query, part)
    const paths = new Set(files.map(({ path }) => path))
    const kept = this.#kept.get(key)
    // more files are no fewer rows
    if (kept?.counts === 'whole' && kept.paths.isSubsetOf(paths)) return 'whole'
    const before = kept?.counts === 'whole' ? [] : (kept?.counts ?? []).filter((each) => isOf(each, taken.form))
    const same = before.filter((each) => each.paths.isSubsetOf(paths))
    const others = without(files, same)
    if (others.length === 0) return { counts: same }
    if (isFew(others) && !run.mayCount()) return { counts: same, left: withFiles(part, others) }
    // those beside which one has gone will stay the longest: a model writes the file of its last day again and again
    const added = without(others, before)
    const stayed = others.filter((file) => !added.includes(file))
    const counting = (of: readonly (readonly DataFile[])[]) => this.#counted(taken, part, of, run, context)
    const found = await counting([stayed, added])
    const together = found === 'whole' ? found : [...same, ...found]
    const counts = rowsIn(together) > rowLimit && together.length > 1 ? await counting([files]) : together
    this.#kept.put(key, { paths, counts })
    return counts === 'whole' ? 'whole' : { counts }
  }

  async #counted(
    taken: Taken,
    part: Relation,
    groups: readonly (readonly DataFile[])[],
    run: Run,
    context: Context,
  ): Promise<readonly Counted[] | 'whole'> {
    const counts: Counted[] = []
    for (const files of groups.filter(({ length }) => length > 0)) {
      const counted = await count(taken, withFiles(part, files), run, context)
      if (counted === 'whole') return 'whole'
      counts.push({ ...counted, paths: new Set(files.map(({ path }) => path)) })
    }
    return counts
  }

  #formOf(query: Query, title: string, halves: Halves, run: Run, context: Context): Promise<Form | 'whole'> {
    return unlessWrong(async () => {
      const names = new Set<string>()
      for (const part of [...halves.settled, ...halves.moving])
        for (const column of await this.#columnsOf(query, title, part, run, context)) names.add(column)
      const key = JSON.stringify([query.sql, [...names], shapeOf(halves.moving)])
      const known = this.#forms.get(key)
      if (known) return known
      const form = await findForm(query, title, { names: [...names], of: halves.moving }, run, context)
      this.#forms.put(key, form)
      return form
    })
  }

  /** The names of a part's columns: asked once for all queries over it. */
  async #columnsOf(
    query: Query,
    title: string,
    part: Relation,
    run: Run,
    context: Context,
  ): Promise<readonly string[]> {
    const key = shapeOf([part])
    const known = this.#columns.get(key)
    if (known) return known
    const all = { ...query, sql: sql`SELECT * FROM ${name(title)} LIMIT 0`.text, parameters: [] }
    const { columns } = await rowsOf(all, title, [part], run, context)
    const names = columns.map((column) => column.name)
    this.#columns.put(key, names)
    return names
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
        const over = (rows: Relation): Relation => ({ ...relation, from: { [title]: rows } })
        return { settled: settled.map(over), moving: moving.length > 0 ? [over({ kind: 'union', of: moving })] : [] }
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

function charactersOf({ paths, counts }: Kept): number {
  return paths.size * 100 + (counts === 'whole' ? 0 : counts.reduce((sum, { rows }) => sum + charactersIn(rows), 0))
}

function charactersIn(rows: Counted['rows']): number {
  return rows.reduce((sum, row) => row.reduce((of: number, each) => of + (each?.length ?? 4) + 8, sum), 0)
}

function rowsIn(counts: readonly Counted[] | 'whole'): number {
  return counts === 'whole' ? 0 : counts.reduce((sum, { rows }) => sum + rows.length, 0)
}

function isFew(files: readonly DataFile[]): boolean {
  return files.length <= fewFiles && files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) < fewBytes
}

/** The files that are in none of these. */
function without(files: readonly DataFile[], counts: readonly Counted[]): readonly DataFile[] {
  return files.filter(({ path }) => !counts.some(({ paths }) => paths.has(path)))
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
  const rows: Counted['rows'][number][] = []
  for await (const batch of result.batches)
    for (const row of batch) rows.push(row.map((each) => (each === null ? null : String(each))))
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

/** Reads no rows. Of the rows under way it takes the types, with which those of the files are compared as they are counted. */
function findForm(
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
function count(
  { query, title, form }: Taken,
  part: Relation,
  run: Run,
  context: Context,
): Promise<Omit<Counted, 'paths'> | 'whole'> {
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

function isOf(counted: Pick<Counted, 'part' | 'types'>, { partials, types }: Form): boolean {
  return counted.part === partials.part && counted.types.every((type, at) => type === types[at])
}

/** As it was given where nothing is counted, or too much. */
function merged({ query, title, form }: Taken, moving: readonly Relation[], counts: readonly Counted[]): Query {
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

/** What columns and types depend on: what is read, but for the rows of it that there are. */
function shapeOf(relations: readonly Relation[]): string {
  const others = new Set(['files', 'version', 'rows', 'paths', 'tail', 'generations', 'after', 'upTo'])
  return JSON.stringify(relations, (key, held: unknown) => (others.has(key) ? undefined : held))
}

/** The files of the table that a part reads. */
function filesOf(part: Relation): readonly DataFile[] {
  if (part.kind === 'delta') return part.files
  if (part.kind !== 'select') return []
  return Object.values(part.from).flatMap(filesOf)
}

/** The part with other files of its one table. */
function withFiles(part: Relation, files: readonly DataFile[]): Relation {
  if (part.kind === 'delta') return { ...part, files }
  if (part.kind !== 'select') return part
  return { ...part, from: mapValues(part.from, (each) => withFiles(each, files)) }
}

function mapValues(from: Relations, work: (relation: Relation) => Relation): Relations {
  return Object.fromEntries(Object.entries(from).map(([title, relation]) => [title, work(relation)]))
}

/**
 * The files of a part, and what else its counts depend on: the text with its values, and where the files lie, whatever the
 * version that has them. A file is never another under the same path.
 */
function placeOf({ sql: text, parameters }: Query, part: Relation): { files: readonly DataFile[]; key: string } {
  const others = new Set(['version', 'files'])
  const asked = JSON.stringify([text, parameters?.map(String), part], (key, held: unknown) =>
    others.has(key) ? undefined : held,
  )
  return { files: filesOf(part), key: createHash('sha256').update(asked).digest('base64') }
}
