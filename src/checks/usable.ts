import { type Columns, type ColumnType, typeText } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { suggest } from '../core/suggest.ts'
import type { Engine } from '../engines/engine.ts'
import { readCondition } from '../sql/condition.ts'
import { join, name, raw, sql } from '../sql/text.ts'
import type { Check } from './check.ts'
import { acceptedFault } from './expectations/row-sql.ts'

/** The checks of a table, and what else has to be known to hold them against it. */
export interface Declared {
  readonly columns: Columns
  readonly checks: readonly Check[]
  /** The columns of every table that a check may refer to, by name. */
  readonly tables: ReadonlyMap<string, Columns>
  /** Where something below `checks:` stands: `models/x.sql:9`. */
  readonly place: (path: readonly string[]) => string
}

/** The tables that checks refer to. A build brings them up to date before the table that is checked, where it can. */
export function tablesReferred(checks: readonly Check[]): readonly string[] {
  return [...new Set(checks.flatMap((check) => (check.kind === 'references' ? [check.table] : [])))]
}

/**
 * Holds checks against the columns that they name, before any row is judged. CONFIG_UNKNOWN_NAME for a column or table
 * that is not there, CHECK_INVALID for a value, condition or reference that cannot be used; both with the place.
 */
export async function assertUsable(declared: Declared, engine: Engine, context: Context): Promise<void> {
  for (const check of declared.checks) await assertOne(declared, check)
  const conditions = declared.checks.filter((check) => check.kind === 'expr')
  await assertTypes(declared, conditions, engine, context)
}

type Condition = Extract<Check, { readonly kind: 'expr' }>

async function assertOne(declared: Declared, check: Check): Promise<void> {
  const { columns } = declared
  switch (check.kind) {
    case 'rows':
      return
    case 'not_null':
      return void columnOf(declared, check, check.column, columns)
    case 'unique':
      for (const column of check.columns) columnOf(declared, check, column, columns)
      return
    case 'accepted': {
      const type = columnOf(declared, check, check.column, columns)
      const fault = check.values.map((value) => acceptedFault(value, type)).find((reason) => reason !== undefined)
      if (fault !== undefined) invalid(declared, check, fault)
      return
    }
    case 'references': {
      const type = columnOf(declared, check, check.column, columns)
      const other = declared.tables.get(check.table)
      if (!other) return unknown(declared, check, 'table', check.table, [...declared.tables.keys()])
      const to = columnOf(declared, check, check.to, other)
      const [own, theirs] = [typeText(type), typeText(to)]
      if (familyOf(type) !== familyOf(to))
        invalid(declared, check, `${check.column} is ${own}, and ${check.table}.${check.to} is ${theirs}`)
      return
    }
    case 'expr':
      return assertCondition(declared, check)
  }
}

function columnOf(declared: Declared, check: Check, wanted: string, columns: Columns): ColumnType {
  const found = columns.find((column) => column.name.toLowerCase() === wanted.toLowerCase())
  const names = columns.map((column) => column.name)
  return found?.type ?? unknown(declared, check, 'column', wanted, names)
}

/** Types whose values are equal or not without one of them being read as another. */
function familyOf(type: ColumnType): string {
  switch (type.kind) {
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'decimal':
      return 'number'
    case 'float':
    case 'double':
      return 'float'
    case 'varchar':
    case 'uuid':
    case 'json':
      return 'text'
    default:
      return typeText(type)
  }
}

/** One condition over the columns, whatever its types. */
async function assertCondition(declared: Declared, check: Condition): Promise<void> {
  const known = declared.columns.map((column) => column.name)
  const { fault } = await readCondition(check.sql, known)
  if (fault?.kind === 'invalid') invalid(declared, check, fault.reason, fault.cause)
  if (fault?.kind === 'unknown column') unknown(declared, check, 'column', fault.name, known)
}

/** The engine knows the types of what is in a condition: all are asked for at once, and each by itself where one fails. */
async function assertTypes(
  declared: Declared,
  checks: readonly Condition[],
  engine: Engine,
  context: Context,
): Promise<void> {
  const [first, second] = checks
  if (!first) return
  const from = { checked: { kind: 'values', columns: declared.columns, rows: [] } } as const
  const conditions = checks.map((check) => sql`(${raw(check.sql)}\n)`)
  const verdicts = join(conditions.map((condition, at) => sql`${condition} AS ${name(`verdict ${at}`)}`))
  // WHERE takes no aggregate
  const text = sql`SELECT ${verdicts} FROM checked WHERE ${join(conditions, ' AND ')}`.text
  try {
    const types = await engine.describe({ sql: text, from }, context)
    const other = checks.find((_, at) => types[at]?.type.kind !== 'boolean')
    if (other) invalid(declared, other, 'it is no condition: it must be true or false')
  } catch (error) {
    if (!(error instanceof MillraceError) || error.row.kind === 'bug' || error.code === 'CHECK_INVALID') throw error
    // the place that the engine tells is one of our own text
    const reason = String(error.fields['reason'] ?? error.message)
    if (!second) invalid(declared, first, reason.split('\n')[0] ?? error.code, error)
    for (const check of checks) await assertTypes(declared, [check], engine, context)
  }
}

function invalid({ place }: Declared, check: Check, reason: string, cause?: unknown): never {
  throw new MillraceError('CHECK_INVALID', { place: place(check.path), check: check.name, reason }, cause)
}

function unknown({ place }: Declared, check: Check, what: string, wanted: string, known: readonly string[]): never {
  const suggestion = suggest(wanted, known)
  throw new MillraceError('CONFIG_UNKNOWN_NAME', { place: place(check.path), what, name: wanted, suggestion })
}
