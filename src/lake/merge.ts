import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import type { Value } from '../core/values.ts'
import type { Relation } from '../engines/relation.ts'
import { collect } from '../engines/rows.ts'
import type { Filter, FilterValue } from '../sql/filters.ts'
import { join, name, type SqlText, sql } from '../sql/text.ts'
import type { AddFile } from './actions.ts'
import { removeOf } from './change.ts'
import type { RowOptions } from './delete.ts'
import type { Lake } from './lake.ts'
import { fileTest } from './skipping.ts'
import type { Snapshot } from './snapshot.ts'
import { stage, unstage } from './stage.ts'
import { findHits, type Hit, type Selection, stageRemainder } from './write/copy-on-write.ts'
import { commitDecision } from './write/decision.ts'
import { rowsOf } from './write/rows-of.ts'
import type { Outcome, Rows } from './write.ts'

/** Up to so many keys are looked for one by one in the statistics of files; of more, the least and the greatest. */
const keyListLimit = 1_000

export interface Merge {
  /** Columns of the table that tell its rows apart. NULL is a key like any other. */
  readonly key: readonly string[]
  /** The rows as they are from now on, one a key: in the place of those with the same key, or new. */
  readonly rows: Rows
  /** Further keys, in columns named as `key` says: their rows go, unless `rows` has others for them. */
  readonly touched?: Relation
}

/**
 * Replaces rows by key, and adds those with new keys, in one commit. Decided again as often as other writers come first.
 * KEY_NOT_UNIQUE, COLUMN_UNKNOWN; see `stage` and `commit` for the other errors.
 */
export async function mergeByKey(
  lake: Lake,
  table: string,
  merge: Merge,
  options: RowOptions,
  context: Context,
): Promise<Outcome> {
  return commitDecision(lake, table, options, context, async (snapshot) => {
    const { rows } = merge
    const staged = await stage(lake, snapshot, typeof rows === 'function' ? rows(snapshot) : rows, context)
    const { hits, conditions, remainder } = await replace(lake, snapshot, merge, staged.adds, context)
    const now = context.now()
    const rowsRemoved = hits.reduce((sum, hit) => sum + hit.hits, 0)
    const change = {
      operation: 'MERGE',
      parameters: { key: merge.key },
      adds: [...remainder, ...staged.adds],
      removes: hits.map((hit) => removeOf(hit.file, now, true)),
      reads:
        typeof rows === 'function'
          ? 'everything'
          : { files: new Set(hits.map((hit) => hit.file.path)), couldHold: fileTest(snapshot, conditions) },
      metrics: { numTargetRowsInserted: staged.rows, numTargetRowsDeleted: rowsRemoved },
    } as const
    return { shape: snapshot, staged, change, rowsRemoved }
  })
}

interface Replaced {
  readonly hits: readonly Hit[]
  readonly conditions: readonly Filter[]
  readonly remainder: readonly AddFile[]
}

/** What goes for the merged rows: the files with rows of their keys, and the rest of those as new files. */
async function replace(
  lake: Lake,
  snapshot: Snapshot,
  merge: Merge,
  staged: readonly AddFile[],
  context: Context,
): Promise<Replaced> {
  try {
    return await findAndStage(lake, snapshot, merge, staged, context)
  } catch (error) {
    await unstage(lake, snapshot.table, staged)
    throw error
  }
}

async function findAndStage(
  lake: Lake,
  snapshot: Snapshot,
  { key, touched }: Merge,
  staged: readonly AddFile[],
  context: Context,
): Promise<Replaced> {
  const columns = keyColumns(snapshot, key)
  const rows = rowsOf(lake, snapshot, staged)
  await assertUnique(lake, snapshot.table, columns, rows, context)
  const names = join(columns.map(name))
  const further = touched ? sql` UNION SELECT ${names} FROM touched` : sql``
  const keys: Relation = {
    kind: 'select',
    sql: sql`SELECT DISTINCT ${names} FROM staged${further}`.text,
    from: { staged: rows, ...(touched && { touched }) },
  }
  const conditions = await conditionsOf(lake, columns, keys, context)
  const same = join(
    columns.map((column) => sql`target.${name(column)} IS NOT DISTINCT FROM keys.${name(column)}`),
    ' AND ',
  )
  const selection: Selection = {
    hits: sql`SEMI JOIN keys ON ${same}`,
    stays: sql`ANTI JOIN keys ON ${same}`,
    from: { keys },
  }
  const candidates = [...snapshot.files.values()].filter(fileTest(snapshot, conditions))
  const hits = await findHits(lake, snapshot, candidates, selection, context)
  const { adds: remainder } = await stageRemainder(lake, snapshot, hits, selection, context)
  return { hits, conditions, remainder }
}

/** The key's columns as the table names them. */
function keyColumns({ table, columns }: Snapshot, key: readonly string[]): readonly string[] {
  return key.map((wanted) => {
    const found = columns.find((column) => column.name.toLowerCase() === wanted.toLowerCase())
    if (!found) throw new MillraceError('COLUMN_UNKNOWN', { table, column: wanted })
    return found.name
  })
}

/** KEY_NOT_UNIQUE where rows for a table have a key more than once. NULL is a key like any other. */
export async function assertUnique(
  lake: Lake,
  table: string,
  key: readonly string[],
  staged: Relation,
  context: Context,
): Promise<void> {
  const columns = join(key.map(name))
  const text = sql`SELECT CAST(first(k) AS VARCHAR), count(*) FROM (SELECT (${columns}) AS k FROM staged GROUP BY ALL HAVING count(*) > 1)`
  const [row] = await collect(await lake.engine.run({ sql: text.text, from: { staged } }, context))
  if (Number(row?.[1]) > 0)
    throw new MillraceError('KEY_NOT_UNIQUE', { table, keys: Number(row?.[1]), key: String(row?.[0]) })
}

/** What holds for every row with one of the keys, by which files are passed over. */
async function conditionsOf(
  lake: Lake,
  key: readonly string[],
  keys: Relation,
  context: Context,
): Promise<readonly Filter[]> {
  const conditions: Filter[] = []
  for (const column of key) {
    const run = async (text: SqlText) => collect(await lake.engine.run({ sql: text.text, from: { keys } }, context))
    const held = name(column)
    const [bounds] = await run(
      sql`SELECT count(*), count(${held}), count(DISTINCT ${held}), min(${held}), max(${held}) FROM keys`,
    )
    const [all, known, distinct, min, max] = bounds ?? []
    if (Number(all) === 0) return [{ column: [column], op: 'in', values: [] }]
    if (all !== known) continue
    const path = [column]
    if (Number(distinct) <= keyListLimit) {
      const values = (await run(sql`SELECT DISTINCT ${held} FROM keys`)).map(([value]) => value)
      if (values.every(isLiteral)) conditions.push({ column: path, op: 'in', values })
    } else if (isLiteral(min) && isLiteral(max)) {
      conditions.push({ column: path, op: '>=', value: min }, { column: path, op: '<=', value: max })
    }
  }
  return conditions
}

function isLiteral(value: Value | undefined): value is FilterValue {
  return value !== undefined && (value === null || typeof value !== 'object')
}
