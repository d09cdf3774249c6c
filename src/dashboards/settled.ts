import { createHash } from 'node:crypto'
import type { Context } from '../core/context.ts'
import { isError } from '../core/errors.ts'
import type { Value } from '../core/values.ts'
import type { Engine, Query, Result, ResultColumn } from '../engines/engine.ts'
import type { Relation } from '../engines/relation.ts'
import { parseSql } from '../sql/parse.ts'
import { type Partials, partialsOf, partsName } from '../sql/partials.ts'
import { join, name, raw, sql } from '../sql/text.ts'
import { type Memory, memoryOf } from './memory.ts'

/** What a SELECT counts of the rows in committed files, or undefined where it is not worth keeping. */
interface Settled {
  readonly columns: readonly ResultColumn[]
  readonly rows: readonly (readonly Value[])[]
}

/** Rows at most: they are written into each query. */
const rowLimit = 2_000

const settledName = '~settled'

/** Types whose values go from one query into the next as they are; each as text, which a cast reads. */
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

const added: ReadonlySet<string> = new Set(['hugeint', 'decimal'])

export interface Run {
  readonly engine: Engine
  /** Told of each query, once it has ended, what it took of one core. */
  spent(result: Pick<Result, 'cpuMs'>, startedMs: number): void
}

/**
 * Tiles read the same committed files at each position, and a few rows more. What one counts of the files is computed
 * once, and kept as long as they are the same; from then on only what is not settled is read.
 */
export class SettledRows {
  readonly #partials = new Map<string, Promise<Partials | undefined>>()
  readonly #memory: Memory<Settled | 'whole'> = memoryOf(
    (kept) =>
      kept === 'whole'
        ? 0
        : kept.rows.reduce((sum, row) => sum + row.reduce<number>((all, each) => all + String(each).length + 8, 0), 0),
    4 * 1024 * 1024,
  )

  /**
   * The query over what is not settled, with what is; as it was given where it cannot be taken apart, or is wrong.
   * What `engine` throws of others.
   */
  async shortened(query: Query, run: Run, context: Context): Promise<Query> {
    const [[title, relation] = [], second] = Object.entries(query.from)
    if (title === undefined || second || relation?.kind !== 'union') return query
    const files = relation.of.filter((part) => part.kind === 'delta')
    const moving = relation.of.filter((part) => part.kind !== 'delta')
    const [first] = files
    if (!first || moving.length === 0) return query
    const columns = first.columns.map((column) => column.name)
    const partials = await this.#partialsOf(query.sql, columns)
    if (!partials) return query
    const key = keyOf(query, partials.part, files)
    let known = this.#memory.get(key)
    if (!known) {
      known = await this.#counted(query, partials, { title, files, moving }, run, context)
      this.#memory.put(key, known)
    }
    return known === 'whole' ? query : merged(query, partials, { title, moving }, known)
  }

  #partialsOf(text: string, columns: readonly string[]): Promise<Partials | undefined> {
    const key = JSON.stringify([text, columns])
    const known = this.#partials.get(key) ?? parseSql(text).then((parsed) => partialsOf(parsed, columns))
    this.#partials.delete(key)
    this.#partials.set(key, known)
    const [oldest] = this.#partials.keys()
    if (this.#partials.size > 500) this.#partials.delete(oldest as string)
    return known
  }

  async #counted(
    query: Query,
    { part, sums }: Partials,
    { title, files, moving }: { title: string; files: readonly Relation[]; moving: readonly Relation[] },
    { engine, spent }: Run,
    context: Context,
  ): Promise<Settled | 'whole'> {
    const rowsOf = async (of: readonly Relation[], limit: number) => {
      const startedMs = performance.now()
      const asked = { ...query, sql: part, from: { [title]: { kind: 'union', of } as const } }
      await using result = await engine.run({ ...asked, limits: { ...query.limits, rows: limit } }, context)
      const rows: (readonly Value[])[] = []
      for await (const batch of result.batches) rows.push(...batch)
      spent(result, startedMs)
      return { rows, columns: result.columns, truncated: result.truncated }
    }
    try {
      const settled = await rowsOf(files, rowLimit)
      // side by side with rows of other types, they would become others
      const other = await rowsOf(moving, 0)
      const isSame = settled.columns.every(({ type }, at) => type === other.columns[at]?.type)
      const types = settled.columns.map(({ type }) => kindOf(type))
      const isCarried = types.every((type) => carried.has(type)) && sums.every((at) => added.has(types[at] as string))
      return settled.truncated || !isSame || !isCarried ? 'whole' : settled
    } catch (error) {
      // the query as it was given tells what is wrong, and where
      if (!isError(error, 'SQL_INVALID') && !isError(error, 'QUERY_FAILED')) throw error
      return 'whole'
    }
  }
}

/** A name of the type without what is in its brackets. */
function kindOf(type: string): string {
  return type.toLowerCase().replace(/\(.*/, '')
}

function merged(
  query: Query,
  { part, whole }: Partials,
  { title, moving }: { readonly title: string; readonly moving: readonly Relation[] },
  { columns, rows }: Settled,
): Query {
  const named = columns.map((_, at) => `p${at}`)
  const cast = columns.map(({ type }, at) => sql`CAST(${name(named[at] as string)} AS ${raw(type)})`)
  const settled: Relation = {
    kind: 'values',
    columns: named.map((each) => ({ name: each, type: { kind: 'varchar' }, nullable: true })),
    rows: rows.map((row) => row.map((each) => (each === null ? null : String(each)))),
  }
  const parts = sql`${raw(part)} UNION ALL SELECT ${join(cast)} FROM ${name(settledName)}`
  return {
    ...query,
    sql: sql`WITH ${name(partsName)} AS (${parts}) ${raw(whole)}`.text,
    from: { [title]: { kind: 'union', of: moving }, [settledName]: settled },
  }
}

/** What the rows that are counted depend on: the text with its values, and the files, whatever the version that has them. */
function keyOf({ parameters }: Query, part: string, files: readonly Relation[]): string {
  const held = files.map((each) => (each.kind === 'delta' ? { ...each, version: undefined } : each))
  return createHash('sha256')
    .update(JSON.stringify([part, parameters?.map(String), held]))
    .digest('base64')
}
