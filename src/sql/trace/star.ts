import { child, children, type Node, textOf, textsOf } from '../ast.ts'
import { bindExpression, type Position } from './bind-expression.ts'
import type { From } from './bind-from.ts'
import { refuse } from './binder.ts'
import { type Expression, leaf, startOf } from './expression.ts'
import type { Relation } from './relation.ts'

interface Shown {
  readonly name: string
  readonly table: string
  readonly expression: Expression
}

/** The columns of `*` or `t.*`, in order, with EXCLUDE, REPLACE and RENAME. */
export function bindStar(item: Node, from: From, position: Position): { name: string; expression: Expression }[] {
  const table = textOf(item, 'relation_name').toLowerCase()
  const members = from.members.filter((member) => table === '' || member.name === table)
  const known = members.length > 0 && !members.some(({ relation }) => relation.open)
  // what is open because it was refused has been told
  if (!known && position.binder.obstacles.length === 0) {
    const reason = 'the columns of this * are not known here'
    refuse(position.binder, position.env, item, reason, 'name the columns')
  }
  const replaced = new Map(
    children(item, 'replace_list').map((entry) => {
      const value = child(entry, 'value')
      return [textOf(entry, 'key').toLowerCase(), value && bindExpression(value, position)] as const
    }),
  )
  const renamed = (each: Shown): string =>
    children(item, 'rename_list').flatMap((entry) =>
      fits(child(entry, 'key'), each) ? [textOf(entry, 'value')] : [],
    )[0] ?? each.name
  const shown = shownBy(members, from, table === '', startOf(item))
  if (known && isUnclear(item, shown, members, from)) {
    const reason = 'which of several columns of one name are changed in this * is not told here'
    refuse(position.binder, position.env, item, reason, 'name the columns')
  }
  const excluded = new Set(textsOf(item, 'exclude_list').map((name) => name.toLowerCase()))
  const out = children(item, 'qualified_exclude_list')
  return shown
    .filter((each) => !excluded.has(each.name.toLowerCase()) && !out.some((entry) => fits(entry, each)))
    .map((each) => ({
      name: renamed(each),
      expression: replaced.get(each.name.toLowerCase()) ?? each.expression,
    }))
}

/** DuckDB counts columns of one name (`a`, `a_1`), replaces the first and leaves others out. */
function isUnclear(item: Node, shown: readonly Shown[], members: From['members'], from: From): boolean {
  const names = shown.map((each) => each.name.toLowerCase())
  const twice = (name: string) => names.indexOf(name) !== names.lastIndexOf(name)
  const replaced = children(item, 'replace_list').map((entry) => textOf(entry, 'key').toLowerCase())
  const qualified = [
    ...children(item, 'qualified_exclude_list'),
    ...children(item, 'rename_list').map((entry) => child(entry, 'key')),
  ].filter((entry) => textOf(entry, 'table') !== '')
  if (replaced.some(twice)) return true
  if (qualified.some((entry) => from.merged.has(textOf(entry, 'column').toLowerCase()))) return true
  const changed = ['replace_list', 'qualified_exclude_list', 'rename_list'].some(
    (key) => children(item, key).length > 0,
  )
  return (changed || textsOf(item, 'exclude_list').length > 0) && members.some(({ relation }) => isDoubled(relation))
}

function isDoubled({ columns }: Relation): boolean {
  return new Set(columns.map((column) => column.toLowerCase())).size < columns.length
}

function fits(entry: Node | undefined, shown: Shown): boolean {
  const table = textOf(entry, 'table').toLowerCase()
  return textOf(entry, 'column').toLowerCase() === shown.name.toLowerCase() && (table === '' || table === shown.table)
}

/** A column of USING stands where it comes first, and once. */
function shownBy(members: From['members'], from: From, all: boolean, at: number): Shown[] {
  const done = new Set<string>()
  return members.flatMap(({ name: table, relation }) =>
    relation.columns.flatMap((name, index): Shown[] => {
      const lower = name.toLowerCase()
      const merged = all ? from.merged.get(lower) : undefined
      if (!merged?.of.has(relation.id)) return [{ name, table, expression: leaf(relation.id, index, at) }]
      if (done.has(lower)) return []
      done.add(lower)
      return [{ name, table, expression: { ...merged.expression, query_location: at } }]
    }),
  )
}
