import { MillraceError } from '../core/errors.ts'
import { child, children, type Node, textOf, textsOf, walk } from './ast.ts'
import { parseSql } from './parse.ts'
import { raw, sql } from './text.ts'
import { isVolatileName, volatileCall } from './volatile.ts'

/** What is wrong with a condition: it is none that one row can be judged by, or it names a column that is not there. */
export type ConditionFault =
  | { readonly kind: 'invalid'; readonly reason: string; readonly cause?: unknown }
  | { readonly kind: 'unknown column'; readonly name: string }

/** A condition that a person wrote: what it names, and what is wrong with it. */
export interface Condition {
  readonly fault?: ConditionFault
  /** The columns that it names, spelt as `known` has them, each once. */
  readonly columns: readonly string[]
}

/**
 * Reads a text as one condition over the columns of one row that says the same of the same row each time: no
 * subqueries, windows, or volatile functions. Its types are the engine's to judge.
 */
export async function readCondition(text: string, known: readonly string[]): Promise<Condition> {
  const invalid = (reason: string, cause?: unknown): Condition => ({
    fault: { kind: 'invalid', reason, cause },
    columns: [],
  })
  let statement: Node
  try {
    // by itself and in parentheses: so no text can close them, open others and go on (`a) OR (b`)
    const bare = await parseSql(sql`SELECT ${raw(text)}\n`.text)
    if (expressionOf(bare.statement) === undefined) return invalid('it is more than one condition')
    statement = (await parseSql(sql`SELECT (${raw(text)}\n)`.text)).statement
  } catch (error) {
    if (error instanceof MillraceError) return invalid(error.message.split('\n')[0] ?? error.code, error)
    throw error
  }
  const condition = expressionOf(statement)
  if (condition === undefined) return invalid('it is more than one condition')
  const reason = refusalOf(condition)
  if (reason) return invalid(reason)
  return columnsOf(condition, known)
}

/** The one expression of `SELECT (text)`; undefined where the text is more than that. */
function expressionOf(statement: Node): Node | undefined {
  const node = child(statement, 'node')
  const [condition, second] = children(node, 'select_list')
  const bare = textOf(child(node, 'from_table'), 'type') === 'EMPTY'
  const clauses = [
    'where_clause',
    'group_expressions',
    'group_sets',
    'having',
    'qualify',
    'modifiers',
    'sample',
    'cte_map',
  ]
  const more = clauses.some((clause) => {
    const held = node?.[clause]
    return Array.isArray(held) ? held.length > 0 : held !== undefined && clause !== 'cte_map'
  })
  return textOf(node, 'type') === 'SELECT_NODE' && bare && !more && second === undefined ? condition : undefined
}

function refusalOf(condition: Node): string | undefined {
  for (const [node] of walk(condition)) {
    if (node['class'] === 'SUBQUERY') return 'a condition sees one row, and has no subqueries'
    if (node['class'] === 'WINDOW') return 'a condition sees one row, and has no window functions'
    if (node['class'] === 'STAR') return 'a condition names its columns, and has no *'
    const called = volatileCall(node)
    if (called !== undefined) return `${called}() does not say the same of the same row each time`
  }
  return undefined
}

/** Names in a condition are columns, but for the parameters of lambdas. */
function columnsOf(condition: Node, known: readonly string[]): Condition {
  const nodes = [...walk(condition)].map(([node]) => node)
  const parameters = new Set(
    nodes
      .filter((node) => node['class'] === 'LAMBDA')
      .flatMap((node) => [...walk(node['lhs'])].flatMap(([each]) => textsOf(each, 'column_names')))
      .map((name) => name.toLowerCase()),
  )
  const spelt = new Map(known.map((name) => [name.toLowerCase(), name]))
  const columns = new Set<string>()
  for (const node of nodes) {
    const [name] = node['class'] === 'COLUMN_REF' ? textsOf(node, 'column_names') : []
    if (name === undefined) continue
    const column = spelt.get(name.toLowerCase())
    if (column !== undefined) columns.add(column)
    else if (!parameters.has(name.toLowerCase())) {
      // what is no function to DuckDB without its parentheses is a column to its parser
      const fault: ConditionFault = isVolatileName(name)
        ? { kind: 'invalid', reason: `${name} does not say the same of the same row each time` }
        : { kind: 'unknown column', name }
      return { fault, columns: [] }
    }
  }
  return { columns: [...columns] }
}
