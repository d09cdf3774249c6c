import { createHash } from 'node:crypto'
import type { Context } from '../core/context.ts'
import type { Query } from '../engines/engine.ts'
import type { DataFile, Relation, Relations } from '../engines/relation.ts'
import { parseSql } from '../sql/parse.ts'
import { isRowWise } from '../sql/row-wise.ts'
import { name, sql } from '../sql/text.ts'
import { type Memory, memoryOf } from './memory.ts'
import {
  type Counted,
  charactersIn,
  count,
  type Form,
  findForm,
  isOf,
  merged,
  type Run,
  rowLimit,
  rowsOf,
  type Taken,
  unlessWrong,
} from './partial-counts.ts'

/** What was counted, and of which files. */
interface Kept {
  readonly paths: ReadonlySet<string>
  readonly counts: readonly CountedFiles[] | 'whole'
}

interface CountedFiles extends Counted {
  readonly paths: ReadonlySet<string>
}

/** Times that files of a table were counted, at most: then all but the most of them are counted once more, together. */
const countLimit = 32

/** So few files, of so few bytes, are read sooner than they are counted, which is one more query. */
const fewFiles = 3
const fewBytes = 8 * 2 ** 20

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
  ): Promise<'whole' | { readonly counts: readonly CountedFiles[]; readonly left?: Relation }> {
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
    const added = new Set(without(others, before))
    const stayed = others.filter((file) => !added.has(file))
    const counting = (of: readonly (readonly DataFile[])[]) => this.#counted(taken, part, of, run, context)
    const found = await counting([stayed, [...added]])
    let counts: readonly CountedFiles[] | 'whole' = found === 'whole' ? found : [...same, ...found]
    if (rowsIn(counts) > rowLimit && counts.length > 1) counts = await counting([files])
    const largest = largestOf(counts)
    if (counts.length > countLimit && largest) {
      const rest = await counting([without(files, [largest])])
      counts = rest === 'whole' ? rest : [largest, ...rest]
    }
    this.#kept.put(key, { paths, counts })
    return counts === 'whole' ? 'whole' : { counts }
  }

  async #counted(
    taken: Taken,
    part: Relation,
    groups: readonly (readonly DataFile[])[],
    run: Run,
    context: Context,
  ): Promise<readonly CountedFiles[] | 'whole'> {
    const counts: CountedFiles[] = []
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

function rowsIn(counts: readonly CountedFiles[] | 'whole'): number {
  return counts === 'whole' ? 0 : counts.reduce((sum, { rows }) => sum + rows.length, 0)
}

function isFew(files: readonly DataFile[]): boolean {
  return files.length <= fewFiles && files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) < fewBytes
}

/** The one of the most files. */
function largestOf(counts: readonly CountedFiles[] | 'whole'): CountedFiles | undefined {
  return counts === 'whole' ? undefined : counts.toSorted((a, b) => b.paths.size - a.paths.size)[0]
}

/** The files that are in none of these. */
function without(files: readonly DataFile[], counts: readonly CountedFiles[]): readonly DataFile[] {
  const held = new Set(counts.flatMap(({ paths }) => [...paths]))
  return files.filter(({ path }) => !held.has(path))
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
