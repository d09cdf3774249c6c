import { suggest } from '../core/suggest.ts'

/** What a failed check does: `block` keeps the new rows out, `warn` lets them in and says so. */
export type Severity = 'block' | 'warn'

/** A value that `accepted` lists. */
export type Accepted = string | number | bigint | boolean

/** What every row, or the table as a whole, is expected to be. */
export type Expectation =
  | { readonly kind: 'not_null'; readonly column: string }
  /** No two rows have the same values here; rows with a NULL among them are not compared. */
  | { readonly kind: 'unique'; readonly columns: readonly string[] }
  /** The column's values are among these; NULL passes. */
  | { readonly kind: 'accepted'; readonly column: string; readonly values: readonly Accepted[] }
  /** The column's values occur in `to` of `table`; NULL passes. */
  | { readonly kind: 'references'; readonly column: string; readonly table: string; readonly to: string }
  /** How many rows the table has, both ends included. */
  | { readonly kind: 'rows'; readonly min?: number; readonly max?: number }
  /** A condition over the columns of one row; what it cannot tell (NULL) passes, an error in it does not. */
  | { readonly kind: 'expr'; readonly sql: string }

/** An expectation on a table. */
export type Check = Expectation & {
  /** `not_null(product)`, `unique(day, brand)`, `rows`; of `expr` the name it was given. */
  readonly name: string
  readonly severity: Severity
  /** Where it stands below `checks:`, for `placeOf`. */
  readonly path: readonly string[]
}

/** What is wrong with a `checks:` block, and where below it. */
export interface CheckFault {
  readonly path: readonly string[]
  readonly reason: string
}

type Kind = Expectation['kind']
type Path = readonly string[]

/** One entry of the block, without its `severity`. */
interface Entry {
  readonly given: unknown
  readonly severity: Severity
  readonly path: Path
}

/**
 * Reads the `checks:` block of a model's header or a table's declaration, as YAML or JavaScript gives it:
 * ```yaml
 * not_null: [department, { column: product, severity: warn }]      # or { columns: […], severity }
 * unique: [event_id, [day, brand], { columns: [a, b], severity: warn }]
 * accepted: { event_type: [view, cart], brand: { values: [a, b], severity: warn } }
 * references: { user_id: users.user_id, song_id: { to: songs.song_id, severity: warn } }
 * rows: { min: 1, max: 10, severity: warn }
 * expr: { revenue_not_negative: revenue >= 0, cheap: { expr: price < 10, severity: warn } }
 * ```
 * Every fault is told, and the checks that have none are given. Whether columns and tables exist is not known here.
 */
export function parseChecks(given: unknown): {
  readonly checks: readonly Check[]
  readonly faults: readonly CheckFault[]
} {
  const checks: Check[] = []
  const faults: CheckFault[] = []
  const fault = (path: Path, reason: string) => void faults.push({ path, reason })
  if (!isFields(given)) {
    if (given !== null && given !== undefined) fault([], `checks takes ${kinds.join(', ')}, each with what it checks`)
    return { checks, faults }
  }
  for (const [kind, block] of Object.entries(given)) {
    if (!isKind(kind)) {
      fault([kind], `there is no check \`${kind}\`: ${suggest(kind, kinds)}`)
      continue
    }
    for (const { given: each, severity, path } of entriesOf(kind, block, fault)) {
      const read = readers[kind](each, path, fault)
      if (read) checks.push({ ...read, name: nameOf(read, path), severity, path })
    }
  }
  const seen = new Set<string>()
  for (const { name, path } of checks) {
    if (seen.has(name)) fault(path, `there are two checks \`${name}\``)
    seen.add(name)
  }
  return { checks, faults }
}

type Fault = (path: Path, reason: string) => void

const listed: readonly Kind[] = ['not_null', 'unique']
const kinds: readonly Kind[] = ['not_null', 'unique', 'accepted', 'references', 'rows', 'expr']

/** The one key that holds what is checked where an entry is written with its severity. */
const contentKeys = { accepted: 'values', references: 'to', expr: 'expr' } as const

/** The block's parts, each with its severity taken off. */
function entriesOf(kind: Kind, block: unknown, fault: Fault): readonly Entry[] {
  const path = [kind]
  if (kind === 'rows') {
    if (!isFields(block)) return told(fault, path, `rows takes ${examples.rows}`)
    const { severity, ...limits } = block
    return [{ given: limits, severity: severityOf(severity, path, fault), path }]
  }
  if (listed.includes(kind)) return listOf(kind, block, fault)
  if (!isFields(block)) return told(fault, path, `${kind} takes ${examples[kind]}`)
  return Object.entries(block).map(([name, each]) => {
    const at = [kind, name]
    if (!isFields(each)) return { given: each, severity: 'block', path: at }
    const key = contentKeys[kind as keyof typeof contentKeys]
    checkKeys(each, [key, 'severity'], at, fault)
    return { given: each[key], severity: severityOf(each['severity'], at, fault), path: at }
  })
}

/** `not_null` and `unique`: a list, or `{ columns: list, severity }` for a list of one severity. */
function listOf(kind: Kind, block: unknown, fault: Fault): readonly Entry[] {
  const path = [kind]
  const whole = isFields(block) ? block : { columns: block }
  checkKeys(whole, ['columns', 'severity'], path, fault)
  const below = whole === block ? [kind, 'columns'] : path
  const items = whole['columns']
  if (!Array.isArray(items)) return told(fault, path, `${kind} takes ${examples[kind]}`)
  const severity = severityOf(whole['severity'], path, fault)
  return items.map((item: unknown, index) => {
    const at = [...below, `${index}`]
    if (!isFields(item)) return { given: item, severity, path: at }
    const key = kind === 'unique' ? 'columns' : 'column'
    checkKeys(item, [key, 'severity'], at, fault)
    const own = item['severity'] === undefined ? severity : severityOf(item['severity'], at, fault)
    return { given: item[key], severity: own, path: at }
  })
}

const examples: Readonly<Record<Kind, string>> = {
  rows: 'limits: { min: 1, max: 1000 }, one of them or both',
  not_null: 'a list of columns: [department, product]',
  unique: 'a list of keys, each a column or a list of columns: [[event_id], [day, brand]]',
  accepted: 'columns with their values: { event_type: [view, cart] }',
  references: 'columns with what they refer to: { user_id: users.user_id }',
  expr: 'names with their conditions: { revenue_not_negative: revenue >= 0 }',
}

type Reader = (given: unknown, path: Path, fault: Fault) => Expectation | undefined

const readers: Readonly<Record<Kind, Reader>> = {
  not_null: (given, path, fault) =>
    isName(given) ? { kind: 'not_null', column: given } : none(fault, path, 'a column is missing here'),
  unique(given, path, fault) {
    const columns = Array.isArray(given) ? given : [given]
    if (columns.length === 0 || !columns.every(isName))
      return none(fault, path, 'a key is a column or a list of columns: [day, brand]')
    const lower = columns.map((column) => column.toLowerCase())
    if (new Set(lower).size < lower.length) return none(fault, path, 'a column is twice in this key')
    return { kind: 'unique', columns }
  },
  accepted(given, path, fault) {
    if (!Array.isArray(given) || given.length === 0) return none(fault, path, 'a list of values is missing here')
    if (!given.every(isAccepted))
      return none(fault, path, 'values are texts, numbers, true or false; NULL passes without being listed')
    return { kind: 'accepted', column: path.at(-1) as string, values: given }
  },
  references(given, path, fault) {
    const [, table, to] = typeof given === 'string' ? (/^([a-z0-9_]+)\.([^.]+)$/i.exec(given) ?? []) : []
    if (!table || !to) return none(fault, path, 'a reference is written table.column: users.user_id')
    return { kind: 'references', column: path.at(-1) as string, table, to }
  },
  rows(given, path, fault) {
    const limits = given as Readonly<Record<string, unknown>>
    checkKeys(limits, ['min', 'max', 'severity'], path, fault)
    const { min, max } = limits
    for (const [key, limit] of Object.entries({ min, max }))
      if (limit !== undefined && !isCount(limit)) return none(fault, [...path, key], `${key} is a number of rows`)
    if (min === undefined && max === undefined) return none(fault, path, 'rows takes min, max, or both')
    const [least, most] = [min, max].map((limit) => (limit === undefined ? undefined : Number(limit)))
    if (least !== undefined && most !== undefined && least > most)
      return none(fault, path, `min is ${least} and max is ${most}: no number of rows is both`)
    return { kind: 'rows', ...(least !== undefined && { min: least }), ...(most !== undefined && { max: most }) }
  },
  expr: (given, path, fault) =>
    typeof given === 'string' && given.trim() !== ''
      ? { kind: 'expr', sql: given }
      : none(fault, path, 'a condition in SQL is missing here: revenue >= 0'),
}

function nameOf(check: Expectation, path: Path): string {
  switch (check.kind) {
    case 'not_null':
    case 'accepted':
    case 'references':
      return `${check.kind}(${check.column})`
    case 'unique':
      return `unique(${check.columns.join(', ')})`
    case 'rows':
      return 'rows'
    case 'expr':
      return path.at(-1) as string
  }
}

function severityOf(given: unknown, path: Path, fault: Fault): Severity {
  if (given === undefined || given === 'block' || given === 'warn') return given ?? 'block'
  fault([...path, 'severity'], `severity is block or warn, not \`${String(given)}\``)
  return 'block'
}

function checkKeys(given: Readonly<Record<string, unknown>>, known: readonly string[], path: Path, fault: Fault): void {
  for (const key of Object.keys(given))
    if (!known.includes(key)) fault([...path, key], `there is no setting \`${key}\` here: ${suggest(key, known)}`)
}

function told(fault: Fault, path: Path, reason: string): readonly never[] {
  fault(path, reason)
  return []
}

function none(fault: Fault, path: Path, reason: string): undefined {
  fault(path, reason)
}

function isKind(text: string): text is Kind {
  return (kinds as readonly string[]).includes(text)
}

function isFields(given: unknown): given is Readonly<Record<string, unknown>> {
  return typeof given === 'object' && given !== null && !Array.isArray(given)
}

function isName(given: unknown): given is string {
  return typeof given === 'string' && given.trim() !== ''
}

function isAccepted(given: unknown): given is Accepted {
  if (typeof given === 'number') return Number.isFinite(given)
  return ['string', 'bigint', 'boolean'].includes(typeof given)
}

function isCount(given: unknown): given is number | bigint {
  const count = typeof given === 'bigint' ? Number(given) : given
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0
}
