import type { Columns } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { suggest } from '../core/suggest.ts'
import type { Value } from '../core/values.ts'
import type { Engine } from '../engines/engine.ts'
import type { Relation, Relations } from '../engines/relation.ts'
import { collect } from '../engines/rows.ts'
import { readCondition } from '../sql/condition.ts'
import { join, name, type SqlText, sql, value } from '../sql/text.ts'
import type { Check } from './check.ts'
import { exampleText, type Shown, shownColumns } from './expectations/example.ts'
import { failsSql, isRowCheck, type RowCheck } from './expectations/row-sql.ts'

/** A table with what is expected of it. */
export interface Subject {
  readonly table: string
  readonly columns: Columns
  readonly checks: readonly Check[]
  /** Columns of personal data, in lower case: masked in examples. */
  readonly pii?: ReadonlySet<string>
}

/** The rows that checks are judged on. */
export interface Ground {
  /** The new rows; of a stored table all of them. not_null, accepted, expr and references look at these. */
  readonly staged: Relation
  /** The table as it will be, the new rows included. `rows` looks at this, and `unique` at those that share a new row's key. */
  readonly after: Relation
  /** How many rows `after` has, where that is known. */
  readonly rowsAfter?: number | undefined
  /** The rows of another table that a check refers to. NAME_UNKNOWN. */
  readonly reference: (table: string, context: Context) => Promise<Relation>
}

/** What became of a check. `error`: it could not be run. */
export interface Verdict {
  readonly check: Check
  readonly outcome: 'passed' | 'failed' | 'error'
  /** Rows that break it, all counted: of `unique` every row that shares its key, of `rows` how many are missing or over. */
  readonly rowsFailed: number
  readonly rowsJudged: number
  /** Some of the rows that fail, personal values masked. */
  readonly examples: readonly string[]
  /** What an `error` was. */
  readonly reason?: string
}

/** Rows that fail are shown up to this many. */
const exampleLimit = 3

/**
 * Judges a table's checks; what fails is told, not thrown. Checks of single rows take one scan together. What the engine
 * throws for want of memory, for damaged files, or because of the signal is thrown.
 */
export async function judge(
  engine: Engine,
  subject: Subject,
  ground: Ground,
  context: Context,
): Promise<readonly Verdict[]> {
  const court: Court = { engine, subject, ground, context }
  const verdicts = new Map<Check, Verdict>()
  const rowChecks: RowCheck[] = []
  for (const check of subject.checks) {
    const fault = await faultOf(check, subject.columns)
    if (fault !== undefined) verdicts.set(check, failedToRun(check, fault))
    else if (isRowCheck(check)) rowChecks.push(check)
    else verdicts.set(check, await guarded(check, () => judgeTable(court, check)))
  }
  for (const verdict of await judgeRows(court, rowChecks)) verdicts.set(verdict.check, verdict)
  return subject.checks.map((check) => verdicts.get(check) as Verdict)
}

interface Court {
  readonly engine: Engine
  readonly subject: Subject
  readonly ground: Ground
  readonly context: Context
}

/** What the check needs and the columns do not have. */
async function faultOf(check: Check, columns: Columns): Promise<string | undefined> {
  const known = columns.map((column) => column.name)
  const lower = new Set(known.map((each) => each.toLowerCase()))
  if (check.kind === 'expr') {
    const { fault } = await readCondition(check.sql, known)
    if (fault?.kind === 'invalid') return fault.reason
    return fault ? unknownColumn(fault.name, known) : undefined
  }
  const missing = columnsNamed(check).find((each) => !lower.has(each.toLowerCase()))
  return missing === undefined ? undefined : unknownColumn(missing, known)
}

function unknownColumn(column: string, known: readonly string[]): string {
  return `there is no column \`${column}\`; ${suggest(column, known)}`
}

function columnsNamed(check: Check): readonly string[] {
  if ('column' in check) return [check.column]
  return 'columns' in check ? check.columns : []
}

/** All in one scan; where that fails each by itself, so that it is known which one. */
async function judgeRows(court: Court, checks: readonly RowCheck[]): Promise<readonly Verdict[]> {
  if (checks.length === 0) return []
  try {
    return await countFailing(court, checks)
  } catch (error) {
    const [only, second] = checks
    if (!isUnusable(error)) throw error
    if (only && second === undefined) return [failedToRun(only, reasonOf(error))]
  }
  const verdicts: Verdict[] = []
  for (const check of checks) verdicts.push(...(await judgeRows(court, [check])))
  return verdicts
}

async function countFailing(court: Court, checks: readonly RowCheck[]): Promise<readonly Verdict[]> {
  const { columns } = court.subject
  const fails = checks.map((check) => failsSql(check, columns))
  const counts = fails.map((each) => sql`count(*) FILTER (WHERE ${each})`)
  const from = { staged: court.ground.staged }
  const [row = []] = await run(court, sql`SELECT count(*), ${join(counts)} FROM staged`, from)
  const [judged, ...failed] = row.map(Number)
  const verdicts: Verdict[] = []
  for (const [at, check] of checks.entries()) {
    const rowsFailed = failed[at] ?? 0
    const where = sql`staged WHERE ${fails[at] as SqlText}`
    const examples = rowsFailed > 0 ? await examplesOf(court, check, where, from) : []
    verdicts.push(verdictOf(check, rowsFailed, judged ?? 0, examples))
  }
  return verdicts
}

async function judgeTable(court: Court, check: Exclude<Check, RowCheck>): Promise<Verdict> {
  switch (check.kind) {
    case 'references':
      return judgeReferences(court, check)
    case 'unique':
      return judgeUnique(court, check)
    case 'rows':
      return judgeCount(court, check)
  }
}

async function judgeReferences(court: Court, check: Extract<Check, { kind: 'references' }>): Promise<Verdict> {
  const { subject, ground, context } = court
  const own = check.table.toLowerCase() === subject.table.toLowerCase()
  const referred = own ? ground.after : await ground.reference(check.table, context)
  const from = { staged: ground.staged, referred }
  const column = name(check.column)
  const lost = sql`staged ANTI JOIN referred ON referred.${name(check.to)} = staged.${column} WHERE staged.${column} IS NOT NULL`
  const [judged] = await run(court, sql`SELECT count(*) FROM staged`, from)
  const [failed] = await run(court, sql`SELECT count(*) FROM ${lost}`, from)
  const rowsFailed = Number(failed?.[0])
  const examples = rowsFailed > 0 ? await examplesOf(court, check, lost, from) : []
  return verdictOf(check, rowsFailed, Number(judged?.[0]), examples)
}

/**
 * Rows of a key that several rows have; a NULL in a key makes it nobody else's. Of a table that gets new rows only their
 * keys are looked at: the others were judged when they came.
 */
async function judgeUnique(court: Court, check: Extract<Check, { kind: 'unique' }>): Promise<Verdict> {
  const key = check.columns.map(name)
  const present = join(
    key.map((column) => sql`${column} IS NOT NULL`),
    ' AND ',
  )
  const { staged, after } = court.ground
  const whole = filesOf(staged) === filesOf(after)
  // the join lets the engine skip row groups of the table by the least and greatest of the new keys
  const judged = whole
    ? sql`after`
    : sql`after SEMI JOIN (SELECT ${join(key)} FROM staged) AS fresh USING (${join(key)})`
  const groups = sql`SELECT ${join(key)}, count(*) AS ${name(timesColumn(check.columns))} FROM ${judged} WHERE ${present} GROUP BY ${join(key)}`
  const times = name(timesColumn(check.columns))
  const from: Relations = whole ? { after } : { after, staged }
  const counted = sql`SELECT coalesce(sum(${times}), 0), coalesce(sum(${times}) FILTER (WHERE ${times} > 1), 0) FROM (${groups})`
  const [row] = await run(court, counted, from)
  const rowsFailed = Number(row?.[1])
  if (rowsFailed === 0) return verdictOf(check, 0, Number(row?.[0]), [])
  const most = sql`SELECT ${join([...key, times])} FROM (${groups}) WHERE ${times} > 1 ORDER BY ${join([sql`${times} DESC`, ...key])} LIMIT ${value(exampleLimit)}`
  const shown: readonly Shown[] = check.columns.map((column) => ({ column, hidden: isPersonal(court.subject, column) }))
  const examples = (await run(court, most, from)).map(
    (found) => `${exampleText(shown, found)} ${String(found.at(-1))} times`,
  )
  return verdictOf(check, rowsFailed, Number(row?.[0]), examples)
}

/** How many files rows come from, where they are a table's; the new rows' files are among those of the whole table. */
function filesOf(rows: Relation): number | Relation {
  return rows.kind === 'delta' ? rows.files.length : rows
}

/** A name that no column of the key has. */
function timesColumn(key: readonly string[]): string {
  const taken = new Set(key.map((column) => column.toLowerCase()))
  let times = 'times'
  while (taken.has(times)) times += '_'
  return times
}

async function judgeCount(court: Court, check: Extract<Check, { kind: 'rows' }>): Promise<Verdict> {
  const { after, rowsAfter } = court.ground
  const counted = async () => Number((await run(court, sql`SELECT count(*) FROM after`, { after }))[0]?.[0])
  const rows = rowsAfter ?? (await counted())
  const { min = 0, max = Number.POSITIVE_INFINITY } = check
  return verdictOf(check, Math.max(min - rows, rows - max, 0), rows, [])
}

async function examplesOf(court: Court, check: Check, where: SqlText, from: Relations): Promise<readonly string[]> {
  const { subject } = court
  const named = check.kind === 'expr' ? (await readCondition(check.sql, namesOf(subject))).columns : columnsNamed(check)
  const shown = shownColumns(subject.columns, named).map((column) => ({ column, hidden: isPersonal(subject, column) }))
  const list = join(shown.map(({ column }) => sql`staged.${name(column)}`))
  const rows = await run(court, sql`SELECT ${list} FROM ${where} LIMIT ${value(exampleLimit)}`, from)
  return rows.map((row) => exampleText(shown, row))
}

function namesOf({ columns }: Subject): readonly string[] {
  return columns.map((column) => column.name)
}

function isPersonal({ pii }: Subject, column: string): boolean {
  return pii?.has(column.toLowerCase()) ?? false
}

async function run({ engine, context }: Court, text: SqlText, from: Relations): Promise<(readonly Value[])[]> {
  return collect(await engine.run({ sql: text.text, from }, context))
}

function verdictOf(check: Check, rowsFailed: number, rowsJudged: number, examples: readonly string[]): Verdict {
  return { check, outcome: rowsFailed > 0 ? 'failed' : 'passed', rowsFailed, rowsJudged, examples }
}

function failedToRun(check: Check, reason: string): Verdict {
  return { check, outcome: 'error', rowsFailed: 0, rowsJudged: 0, examples: [], reason }
}

async function guarded(check: Check, work: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await work()
  } catch (error) {
    if (isUnusable(error)) return failedToRun(check, reasonOf(error))
    throw error
  }
}

/** The check is at fault, or the table that it refers to; not the machine, and not a damaged file. */
function isUnusable(error: unknown): error is MillraceError {
  return error instanceof MillraceError && ['usage', 'data', 'missing', 'denied'].includes(error.row.kind)
}

function reasonOf(error: MillraceError): string {
  return error.message.split('\n')[0] ?? error.code
}
