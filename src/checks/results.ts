import { randomUUID } from 'node:crypto'
import { type Columns, parseColumn } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { isError } from '../core/errors.ts'
import type { Value } from '../core/values.ts'
import type { Relation } from '../engines/relation.ts'
import { createTable } from '../lake/create.ts'
import { stageDelete } from '../lake/delete.ts'
import type { Lake } from '../lake/lake.ts'
import { applyOptimize, planOptimize } from '../lake/optimize.ts'
import { relationOf } from '../lake/relation.ts'
import { readSnapshot, type Snapshot, tableExists } from '../lake/snapshot.ts'
import { commitStaged, stage } from '../lake/stage.ts'
import { foldersWith } from '../lake/tables.ts'
import { sql, value } from '../sql/text.ts'
import { findingOf } from './finding.ts'
import type { Verdict } from './judge.ts'

/** What became of each check, each time it was run. */
export const resultColumns: Columns = [
  parseColumn('table', 'varchar not null'),
  // the same for all checks that were run together
  parseColumn('run', 'varchar not null'),
  parseColumn('checked_at', 'timestamptz not null'),
  parseColumn('check', 'varchar not null'),
  parseColumn('severity', 'varchar not null'),
  // passed | failed | error
  parseColumn('outcome', 'varchar not null'),
  // true for every check of a run that kept its rows out
  parseColumn('blocked', 'boolean not null'),
  parseColumn('rows_failed', 'bigint not null'),
  parseColumn('rows_judged', 'bigint not null'),
  parseColumn('finding', 'varchar'),
  parseColumn('example', 'varchar'),
  // the version that was judged, or that the new rows were to be put upon; NULL where there was none yet
  parseColumn('version', 'bigint'),
  // the build that committed the new rows; NULL where none did
  parseColumn('build', 'bigint'),
]

/** Checks that were run together. */
export interface CheckRun {
  readonly table: string
  readonly version?: number | undefined
  readonly blocked: boolean
  /**
   * The build that is about to commit the rows. The results count from the moment on at which it has, and take the place
   * of those of an unfinished attempt at it.
   */
  readonly build?: bigint | undefined
}

/** Files of results from which on they are put together. */
const crowded = 100

/** The table of what became of another table's checks. */
function resultsTable(table: string): string {
  return `${table}/_millrace/checks`
}

/** Writes down what became of a run's checks, in one commit. See `commit` for the errors. */
export async function recordVerdicts(
  lake: Lake,
  run: CheckRun,
  verdicts: readonly Verdict[],
  context: Context,
): Promise<void> {
  if (verdicts.length === 0) return
  const table = resultsTable(run.table)
  if (!(await tableExists(lake, table, context))) await create(lake, table, context)
  const after = await lake.queue.run(table, async () => {
    const snapshot = await readSnapshot(lake, table, {}, context)
    const removal = await unfinished(lake, snapshot, run, context)
    const results = { kind: 'values', columns: resultColumns, rows: rowsOf(run, verdicts, context.now()) } as const
    const staged = await stage(lake, snapshot, { sql: 'SELECT * FROM results', from: { results } }, context)
    const adds = [...(removal?.adds ?? []), ...staged.adds]
    const change = {
      operation: 'WRITE',
      adds,
      removes: removal?.removes ?? [],
      txns: [],
      reads: removal?.reads ?? 'nothing',
    } as const
    return commitStaged(lake, snapshot, change, adds, context)
  })
  if (after.files.size >= crowded) await applyOptimize(lake, await planOptimize(lake, table, {}, context), context)
}

async function create(lake: Lake, table: string, context: Context): Promise<void> {
  try {
    await createTable(lake, table, { columns: resultColumns }, context)
  } catch (error) {
    if (!isError(error, 'TABLE_EXISTS')) throw error
  }
}

/** Results of builds that never committed: the number is given again. */
async function unfinished(lake: Lake, snapshot: Snapshot, { build }: CheckRun, context: Context) {
  if (build === undefined || snapshot.files.size === 0) return undefined
  const where = {
    sql: sql`build >= ${value(build)}`.text,
    conditions: [{ column: ['build'], op: '>=', value: Number(build) }],
  } as const
  return stageDelete(lake, snapshot, where, context)
}

function rowsOf(run: CheckRun, verdicts: readonly Verdict[], nowMs: number): readonly (readonly Value[])[] {
  const id = randomUUID()
  const at = new Date(nowMs).toISOString()
  const { table, blocked, version, build } = run
  const position = [version === undefined ? null : BigInt(version), build ?? null]
  return verdicts.map((verdict) => {
    const { check, outcome, rowsFailed, rowsJudged, examples } = verdict
    const counts = [BigInt(rowsFailed), BigInt(rowsJudged)]
    const found = [findingOf(verdict) || null, examples[0] ?? null]
    return [table, id, at, check.name, check.severity, outcome, blocked, ...counts, ...found, ...position]
  })
}

/** The names of all whose checks have been run, also of a table that does not exist as its first rows were kept out. */
export function checkedTables(lake: Lake, context: Context): Promise<readonly string[]> {
  return foldersWith(lake, resultsTable, context)
}

/** What became of a table's checks. `built`: the last build that the table has committed, 0 before the first. */
export async function resultsRelation(lake: Lake, table: string, built: bigint, context: Context): Promise<Relation> {
  const name = resultsTable(table)
  if (!(await tableExists(lake, name, context))) return { kind: 'values', columns: resultColumns, rows: [] }
  const results = relationOf(lake, await readSnapshot(lake, name, {}, context))
  const counted = sql`SELECT * FROM results WHERE build IS NULL OR build <= ${value(built)}`
  return { kind: 'select', sql: counted.text, from: { results } }
}
