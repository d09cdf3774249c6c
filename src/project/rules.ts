import { type ContractColumn, type Rule, tableColumns } from '../contract/contract.ts'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { suggest } from '../core/suggest.ts'
import type { Engine } from '../engines/engine.ts'
import { child, children, type Node, textOf, walk } from '../sql/ast.ts'
import { parseSql } from '../sql/parse.ts'
import { raw, sql } from '../sql/text.ts'
import type { ProjectSettings, Target } from './parse.ts'

/** Functions that answer otherwise tomorrow, or in another place: a row must be judged the same each time. */
const volatile = new Set([
  'random',
  'setseed',
  'uuid',
  'uuidv4',
  'uuidv7',
  'gen_random_uuid',
  'nextval',
  'currval',
  'now',
  'today',
  'get_current_time',
  'get_current_timestamp',
  'transaction_timestamp',
  'current_date',
  'current_timestamp',
  'current_time',
  'localtime',
  'localtimestamp',
  'txid_current',
  'current_database',
  'current_schema',
  'current_schemas',
  'current_query',
  'current_query_id',
  'current_connection_id',
  'current_transaction_id',
  'current_setting',
  'getenv',
  'getvariable',
  'in_search_path',
  'sleep_ms',
  'stats',
  'write_log',
  'error',
])

/**
 * Checks the rules of a stream or table: one condition each over the declared columns, the same for the same row.
 * RULE_INVALID and CONFIG_UNKNOWN_NAME with the place in the project file.
 */
export async function checkRules(
  { place }: Pick<ProjectSettings, 'place'>,
  target: Target,
  engine: Engine,
  context: Context,
): Promise<void> {
  const { contract, name, kind } = target
  for (const rule of contract.rules) {
    const at = place([kind === 'stream' ? 'streams' : 'tables', name, 'rules', rule.name])
    const invalid = (reason: string, cause?: unknown): never => {
      throw new MillraceError('RULE_INVALID', { place: at, rule: rule.name, reason }, cause)
    }
    const condition = conditionOf(await parsed(rule, invalid))
    if (condition === undefined) {
      invalid('it is more than one condition')
      continue
    }
    const reason = refusalOf(condition)
    if (reason) invalid(reason)
    checkColumns(condition, contract.columns, at, invalid)
    await checkTypes(rule, target, engine, context, invalid)
  }
}

type Invalid = (reason: string, cause?: unknown) => never

/** The rule in parentheses of its own, so that no text can close them and go on. */
async function parsed(rule: Rule, invalid: Invalid): Promise<Node> {
  try {
    return (await parseSql(sql`SELECT (${raw(rule.sql)}\n)`.text)).statement
  } catch (error) {
    if (error instanceof MillraceError) return invalid(error.message.split('\n')[0] ?? error.code, error)
    throw error
  }
}

/** The one expression of `SELECT (rule)`; undefined where the text is more than that. */
function conditionOf(statement: Node): Node | undefined {
  const node = child(statement, 'node')
  const [condition, second] = children(node, 'select_list')
  const bare = textOf(child(node, 'from_table'), 'type') === 'EMPTY'
  const clauses = ['where_clause', 'group_expressions', 'having', 'qualify', 'modifiers', 'sample', 'cte_map']
  const more = clauses.some((clause) => {
    const held = node?.[clause]
    return Array.isArray(held) ? held.length > 0 : held !== undefined && clause !== 'cte_map'
  })
  return textOf(node, 'type') === 'SELECT_NODE' && bare && !more && second === undefined ? condition : undefined
}

function refusalOf(condition: Node): string | undefined {
  for (const [node] of walk(condition)) {
    const called = textOf(node, 'function_name').toLowerCase()
    if (node['class'] === 'SUBQUERY') return 'a rule sees one row, and has no subqueries'
    if (node['class'] === 'WINDOW') return 'a rule sees one row, and has no window functions'
    if (node['class'] === 'STAR') return 'a rule names its columns, and has no *'
    if (node['class'] === 'FUNCTION' && volatile.has(called))
      return `${called}() does not say the same of the same row each time`
  }
  return undefined
}

/** Names in a rule are columns, but for the parameters of lambdas. */
function checkColumns(condition: Node, columns: readonly ContractColumn[], place: string, invalid: Invalid): void {
  const known = columns.map((column) => column.name)
  const nodes = [...walk(condition)].map(([node]) => node)
  const parameters = new Set(
    nodes
      .filter((node) => node['class'] === 'LAMBDA')
      .flatMap((node) => [...walk(node['lhs'])].flatMap(([each]) => namesOf(each)))
      .map((name) => name.toLowerCase()),
  )
  const lower = new Set(known.map((name) => name.toLowerCase()))
  for (const node of nodes) {
    const [name] = node['class'] === 'COLUMN_REF' ? namesOf(node) : []
    if (name === undefined || lower.has(name.toLowerCase()) || parameters.has(name.toLowerCase())) continue
    // what is no function to DuckDB without its parentheses is a column to its parser
    if (volatile.has(name.toLowerCase())) invalid(`${name} does not say the same of the same row each time`)
    throw new MillraceError('CONFIG_UNKNOWN_NAME', { place, what: 'column', name, suggestion: suggest(name, known) })
  }
}

function namesOf(node: Node): readonly string[] {
  const names = node['column_names']
  return Array.isArray(names) ? names.filter((name): name is string => typeof name === 'string') : []
}

/** WHERE takes a condition, and no aggregate: DuckDB knows the types of what is in it. */
async function checkTypes(
  rule: Rule,
  { contract }: Target,
  engine: Engine,
  context: Context,
  invalid: Invalid,
): Promise<void> {
  const columns = tableColumns(contract)
  const from = { checked: { kind: 'values', columns, rows: [] } } as const
  try {
    await engine.describe({ sql: sql`SELECT 1 AS one FROM checked WHERE (${raw(rule.sql)}\n)`.text, from }, context)
    const [verdict] = await engine.describe(
      { sql: sql`SELECT (${raw(rule.sql)}\n) AS verdict FROM checked`.text, from },
      context,
    )
    if (verdict?.type.kind !== 'boolean') invalid('it is no condition: it must be true or false')
  } catch (error) {
    if (error instanceof MillraceError && error.row.kind !== 'bug' && error.code !== 'RULE_INVALID')
      invalid(error.message.split('\n')[0] ?? error.code, error)
    throw error
  }
}
