import { type Column, type Columns, type ColumnType, columnText, sameType, typeText } from '../core/columns.ts'
import { readingsThatChange } from './change/readings.ts'
import { type Contract, partitionColumns, tableColumns } from './contract.ts'
import { sameName } from './fields.ts'

/**
 * What it takes to change a contract: `free`, the log alone is written; `rewrite`, every file is; `breaking`, rows or
 * columns are lost or refused that others may read.
 */
export type ChangeClass = 'free' | 'rewrite' | 'breaking'

/** Every kind of change: its class, and what is done. */
export const changeKinds = {
  read: { class: 'free', does: 'how rows are read or judged changes, for rows to come' },
  add: { class: 'free', does: 'the column is added to the schema; rows that are there have NULL' },
  loosen: { class: 'free', does: 'the column may be NULL from now on' },
  widen: { class: 'free', does: 'the schema says the wider type; files are read as it' },
  promote: { class: 'rewrite', does: 'values are taken out of `extra` into the column, in every row' },
  rename: { class: 'rewrite', does: 'files are written anew with the column’s new name' },
  retype: { class: 'rewrite', does: 'every value is read as the new type; the change is refused if one is lost' },
  tighten: { class: 'rewrite', does: 'the column becomes not null; the change is refused if it is NULL in a row' },
  partition: { class: 'rewrite', does: 'files are written anew in the folders of the new partitions' },
  add_required: { class: 'breaking', does: 'the column is not null: only a table without rows can take it' },
  remove: { class: 'breaking', does: 'the column goes; its values are kept in `extra` where undeclared fields are' },
} as const satisfies Record<string, { readonly class: ChangeClass; readonly does: string }>

export type ChangeKind = keyof typeof changeKinds

export interface ContractChange {
  readonly kind: ChangeKind
  readonly class: ChangeClass
  /** The declared column, or the stored one where it goes. */
  readonly column?: string
  /** What changes other than a column's name and type, as the project file calls it: `format`, `rules.known_type`. */
  readonly setting?: string
  /** The type, name or setting that is stored; null where there is none. */
  readonly before: string | null
  /** The one that is declared; null where there is none. */
  readonly after: string | null
  /** In words: `price: decimal(10,2) becomes decimal(12,2)`. */
  readonly says: string
}

/** A table as it is stored. */
export interface StoredTable {
  readonly columns: Columns
  readonly partitionColumns: readonly string[]
  /** The contract that it was last brought to; unknown for tables that no contract was recorded for. */
  readonly contract?: Contract
  /** Keys that occur in `extra`. */
  readonly extraKeys: readonly string[]
  readonly hasRows: boolean
}

/** What changes between a table as it is stored and its contract as it is declared. None: nothing has to be done. */
export function contractChanges(stored: StoredTable, declared: Contract): readonly ContractChange[] {
  const changes: ContractChange[] = []
  const note: Note = (kind, what, says = becomes(what)) =>
    changes.push({ kind, class: changeKinds[kind].class, ...what, says })
  const own = tableColumns(declared)
  const kept = new Set<string>()
  for (const column of own) {
    const before = storedColumn(stored, declared, column)
    if (before === undefined) {
      noteNew(column, stored, declared, note)
      continue
    }
    kept.add(before.name)
    noteKept(before, column, note)
  }
  const partitions = partitionColumns(declared)
  if (partitions.join() !== stored.partitionColumns.join())
    note('partition', { setting: 'partitionBy', before: listed(stored.partitionColumns), after: listed(partitions) })
  for (const column of stored.columns)
    if (!kept.has(column.name) && !isOwn(column.name)) {
      const what = { column: column.name, before: columnText(column), after: null }
      note('remove', what, `${column.name} is no longer declared`)
    }
  if (stored.contract !== undefined)
    for (const reading of readingsThatChange(stored.contract, declared)) note('read', reading)
  return changes
}

/** The class of a set of changes: that of the worst. */
export function worstClass(changes: readonly ContractChange[]): ChangeClass {
  if (changes.some((change) => change.class === 'breaking')) return 'breaking'
  return changes.some((change) => change.class === 'rewrite') ? 'rewrite' : 'free'
}

/** True when files have to be written anew. */
export function rewrites(changes: readonly ContractChange[]): boolean {
  return changes.some(
    (change) => change.class !== 'free' && change.kind !== 'tighten' && change.kind !== 'add_required',
  )
}

/**
 * The column of the table that holds a declared column now: by its name, else by the one that it had, else by its name in
 * another case.
 */
export function storedColumn(
  stored: Pick<StoredTable, 'columns'>,
  declared: Contract,
  { name }: Pick<Column, 'name'>,
): Column | undefined {
  const found = stored.columns.find((column) => column.name === name)
  if (found) return found
  const free = stored.columns.filter((column) => !declared.columns.some((other) => other.name === column.name))
  const was = declared.columns.find((column) => column.name === name)?.was
  return (
    free.find((column) => column.name === was) ??
    free.find((column) => !isOwn(column.name) && column.name.toLowerCase() === name.toLowerCase())
  )
}

/** The keys of `extra` that a new column takes over. */
export function promotedKeys(extraKeys: readonly string[], declared: Contract, name: string): readonly string[] {
  const column = declared.columns.find((each) => each.name === name)
  if (!column) return []
  const wanted = column.from ?? column.name
  const exact = extraKeys.filter((key) => key === wanted)
  return [...exact, ...extraKeys.filter((key) => key !== wanted && sameName(key, wanted))]
}

type Note = (kind: ChangeKind, what: Omit<ContractChange, 'kind' | 'class' | 'says'>, says?: string) => void

function becomes({ column, setting, before, after }: Parameters<Note>[1]): string {
  const subject = [column, setting].filter((part) => part !== undefined).join(' ')
  return `${subject}: ${before ?? 'none'} becomes ${after ?? 'none'}`
}

function noteKept(before: Column, after: Column, note: Note): void {
  const column = after.name
  if (before.name !== column)
    note('rename', { column, before: before.name, after: column }, `${before.name} becomes ${column}`)
  if (!sameType(before.type, after.type))
    note(widens(before.type, after.type) ? 'widen' : 'retype', {
      column,
      before: typeText(before.type),
      after: typeText(after.type),
    })
  const [loose, tight] = ['NULL allowed', 'not null']
  if (before.nullable && !after.nullable)
    note('tighten', { column, before: loose, after: tight }, `${column} becomes not null`)
  if (!before.nullable && after.nullable)
    note('loosen', { column, before: tight, after: loose }, `${column} may be NULL`)
}

function noteNew(column: Column, stored: StoredTable, declared: Contract, note: Note): void {
  const { name } = column
  // those of a partition are made by that change
  if (name.startsWith('_') && name !== '_file') return
  const what = { column: name, before: null, after: columnText(column) }
  const keys = promotedKeys(stored.extraKeys, declared, name)
  if (keys.length > 0)
    note('promote', { ...what, before: keys.map((key) => `extra.${key}`).join(', ') }, `${name} comes out of extra`)
  else if (!column.nullable && stored.hasRows)
    note('add_required', what, `${name} is new and not null, and the table has rows`)
  else note('add', what, `${name} is new (${typeText(column.type)})`)
}

/** Millrace's own columns stay where a contract no longer has them: they cost nothing, and hold what came before. */
function isOwn(name: string): boolean {
  return name === 'extra' || name.startsWith('_')
}

const integers = ['smallint', 'integer', 'bigint']

/** True when files that were written as `from` can be read as `to`, each value the same. */
export function widens(from: ColumnType, to: ColumnType): boolean {
  if (from.kind === 'decimal' && to.kind === 'decimal')
    return to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale
  if (from.kind === 'float' && to.kind === 'double') return true
  const [a, b] = [integers.indexOf(from.kind), integers.indexOf(to.kind)]
  return a >= 0 && b > a
}

function listed(names: readonly string[]): string | null {
  return names.length === 0 ? null : names.join(', ')
}
