import { stringifyExact } from '../core/json.ts'
import { child, children, type Node, textOf, textsOf, walk } from './ast.ts'
import { type Parsed, parser, parseSql } from './parse.ts'
import { isPlainSelect, isScalar, isUngrouped, rowClasses } from './row-wise.ts'
import { keyOf, rewrite } from './trace/expression.ts'
import { type Functions, functions } from './trace/functions.ts'

/** The name under which `whole` reads what `part` gave of each part. */
export const partsName = '~parts'

/** A grouped SELECT in two steps: of each of several parts of its rows, and then of all of them. */
export interface Partials {
  /** Its groups, and of each what is counted, as p0, p1, … */
  readonly part: string
  /** The SELECT's own answer, from `partsName`. */
  readonly whole: string
  /** The places of sums in `part`: only those of whole numbers and decimals may be added up again. */
  readonly sums: readonly number[]
}

/**
 * A SELECT over one table with these columns in two steps; undefined for one that cannot be told from parts of its rows,
 * or of which that is not certain: other aggregates than count, sum, min and max, DISTINCT, HAVING, subqueries, windows,
 * and what answers otherwise the next time.
 */
export async function partialsOf({ statement }: Parsed, columns: readonly string[]): Promise<Partials | undefined> {
  const known = await functions()
  const split = new Splitter(known, new Set(columns.map((name) => name.toLowerCase()))).split(statement['node'] as Node)
  if (!split) return undefined
  // a parameter that stands beside the aggregates alone would be none of the part
  const given = children(statement, 'named_param_map').length
  const used = new Set([...walk(split.part)].flatMap(([node]) => parameterOf(node)))
  if (used.size !== given) return undefined
  const [part, whole] = await Promise.all([sqlOf(statement, split.part), sqlOf(statement, split.whole)])
  return part === undefined || whole === undefined ? undefined : { part, whole, sums: split.sums }
}

function parameterOf(node: Node): readonly string[] {
  return node['class'] === 'PARAMETER' ? [textOf(node, 'identifier')] : []
}

interface Split {
  readonly part: Node
  readonly whole: Node
  readonly sums: readonly number[]
}

class Splitter {
  readonly #functions: Functions
  readonly #columns: ReadonlySet<string>

  constructor(functions: Functions, columns: ReadonlySet<string>) {
    this.#functions = functions
    this.#columns = columns
  }

  split(node: Node): Split | undefined {
    if (node['type'] !== 'SELECT_NODE' || children(child(node, 'cte_map'), 'map').length > 0) return undefined
    const from = child(node, 'from_table')
    return from?.['type'] === 'SUBQUERY' ? this.#around(node, from) : this.#grouped(node)
  }

  /** `SELECT * FROM (…) ORDER BY …` */
  #around(node: Node, from: Node): Split | undefined {
    const [star, second] = children(node, 'select_list')
    const plain = star?.['class'] === 'STAR' && !second && textOf(star, 'relation_name') === '' && isWhole(star)
    if (!plain || node['where_clause'] || !isUngrouped(node) || !isPlainSelect(node)) return undefined
    const subquery = child(from, 'subquery')
    const inner = subquery && this.split(child(subquery, 'node') ?? {})
    const whole = { ...node, from_table: { ...from, subquery: { ...subquery, node: inner?.whole } } }
    return inner && { ...inner, whole }
  }

  #grouped(node: Node): Split | undefined {
    const items = children(node, 'select_list')
    const groups = this.#groupsOf(node, items)
    const from = child(node, 'from_table')
    if (!groups || from?.['type'] !== 'BASE_TABLE' || textsOf(from, 'column_name_alias').length > 0) return undefined
    if (from['sample'] || textOf(from, 'schema_name') !== '' || !isPlainSelect(node)) return undefined
    const where = child(node, 'where_clause')
    if (where && !this.#isOfRows(where)) return undefined
    const parts = new Parts(groups, (expression) => this.#isOfRows(expression), this.#functions)
    const outputs = items.map((item) => {
      const name = textOf(item, 'alias') || textsOf(item, 'column_names').at(-1)
      const made = name === undefined ? undefined : parts.from(item)
      return made && { ...made, alias: name }
    })
    const names = new Set(outputs.map((output) => (textOf(output, 'alias') ?? '').toLowerCase()))
    if (outputs.includes(undefined) || parts.failed || names.size < items.length) return undefined
    if (groups.length === 0 && parts.columns.length === 0) return undefined
    const modifiers = children(node, 'modifiers')
    if (!modifiers.every((modifier) => isByName(modifier, names))) return undefined
    const ordinals = groups.map((_, at) => integer(at + 1))
    const sets = groups.length > 0 ? [groups.map((_, at) => at)] : []
    const grouped = { aggregate_handling: 'STANDARD_HANDLING', group_sets: sets }
    return {
      part: {
        ...node,
        ...grouped,
        modifiers: [],
        select_list: parts.columns.map((column, at) => ({ ...column, alias: `p${at}` })),
        group_expressions: ordinals,
      },
      whole: {
        ...node,
        ...grouped,
        select_list: outputs,
        from_table: { ...from, alias: '', table_name: partsName },
        where_clause: undefined,
        group_expressions: groups.map((_, at) => columnOf(at)),
      },
      sums: parts.sums,
    }
  }

  /** What it is grouped by; undefined where that cannot be told. */
  #groupsOf(node: Node, items: readonly Node[]): readonly Node[] | undefined {
    const isTold = (item: Node) => this.#isOfRows(item)
    if (node['aggregate_handling'] === 'FORCE_AGGREGATES')
      return items.filter((item) => isTold(item)).map((item) => ({ ...item, alias: '' }))
    const listed = children(node, 'group_expressions')
    const [set, second] = (node['group_sets'] ?? []) as readonly (readonly unknown[])[]
    if (second || (set?.length ?? 0) !== listed.length) return undefined
    const groups = listed.map((expression) => this.#groupOf(expression, items))
    return groups.every((each) => each !== undefined && isTold(each)) ? (groups as Node[]) : undefined
  }

  /** An ordinal or an alias is the item that it names; what is a column of the table too, is that. */
  #groupOf(expression: Node, items: readonly Node[]): Node | undefined {
    const value = expression['class'] === 'CONSTANT' ? child(expression, 'value')?.['value'] : undefined
    if (expression['class'] === 'CONSTANT')
      return typeof value === 'number' && items[value - 1] ? { ...(items[value - 1] as Node), alias: '' } : undefined
    const [only, second] = textsOf(expression, 'column_names')
    if (only === undefined || second !== undefined || this.#columns.has(only.toLowerCase()))
      return { ...expression, alias: '' }
    const named = items.filter((item) => textOf(item, 'alias').toLowerCase() === only.toLowerCase())
    return named.length === 1 ? { ...(named[0] as Node), alias: '' } : undefined
  }

  /** Whether it is told by one row of the table alone, the same each time. */
  #isOfRows(expression: Node): boolean {
    for (const [node] of walk(expression)) {
      const kind = node['class']
      if (kind === undefined) continue
      if (!rowClasses.has(String(kind))) return false
      if (kind === 'FUNCTION' && !isScalar(node, this.#functions)) return false
      if (kind === 'COLUMN_REF' && !this.#isColumn(node)) return false
    }
    return true
  }

  #isColumn(node: Node): boolean {
    const [name, second] = textsOf(node, 'column_names')
    return name !== undefined && second === undefined && this.#columns.has(name.toLowerCase())
  }
}

/** What the parts give: the groups, then each aggregate once. */
class Parts {
  readonly columns: Node[]
  readonly sums: number[] = []
  failed = false
  readonly #groups: readonly string[]
  readonly #aggregates = new Map<string, Node>()
  readonly #isOfRows: (expression: Node) => boolean
  readonly #functions: Functions

  constructor(groups: readonly Node[], isOfRows: (expression: Node) => boolean, functions: Functions) {
    this.columns = [...groups]
    this.#groups = groups.map(keyOf)
    this.#isOfRows = isOfRows
    this.#functions = functions
  }

  /** The expression over the columns of the parts. */
  from(expression: Node): Node {
    return rewrite({ ...expression, alias: '' }, (node) => {
      const kind = node['class']
      if (kind === undefined) return undefined
      const group = this.#groups.indexOf(keyOf(node))
      if (group >= 0) return columnOf(group)
      if (kind === 'FUNCTION' && !isScalar(node, this.#functions)) return this.#aggregate(node)
      if (!rowClasses.has(String(kind)) || kind === 'COLUMN_REF') this.failed = true
      return undefined
    })
  }

  #aggregate(node: Node): Node {
    const key = keyOf(node)
    const known = this.#aggregates.get(key)
    if (known) return known
    const at = this.columns.length
    const called = textOf(node, 'function_name').toLowerCase()
    const again = addedBy[called]
    const inner = [...children(node, 'children'), ...[child(node, 'filter') ?? []].flat()]
    const isPlain = node['distinct'] !== true && children(child(node, 'order_bys'), 'orders').length === 0
    const isKnown = again !== undefined && children(node, 'children').length <= 1 && textOf(node, 'catalog') === ''
    if (!isKnown || !isPlain || !inner.every((each) => this.#isOfRows(each))) this.failed = true
    this.columns.push({ ...node, alias: '' })
    if (called === 'sum') this.sums.push(at)
    const total = call(again ?? called, columnOf(at))
    const made = called.startsWith('count') ? bigint(total) : total
    this.#aggregates.set(key, made)
    return made
  }
}

/** What makes of an aggregate of each part the one of all. */
const addedBy: Readonly<Record<string, string>> = {
  count_star: 'sum',
  count: 'sum',
  sum: 'sum',
  min: 'min',
  max: 'max',
}

function isWhole(star: Node): boolean {
  const lists = ['exclude_list', 'replace_list', 'qualified_exclude_list', 'rename_list']
  return lists.every((list) => ((star[list] ?? []) as readonly unknown[]).length === 0) && star['columns'] !== true
}

/** An ORDER BY of columns of the answer, or a LIMIT: what stays as it is. */
function isByName(modifier: Node, names: ReadonlySet<string>): boolean {
  if (modifier['type'] === 'LIMIT_MODIFIER')
    return ['limit', 'offset'].every((key) => (child(modifier, key)?.['class'] ?? 'CONSTANT') === 'CONSTANT')
  if (modifier['type'] !== 'ORDER_MODIFIER') return false
  return children(modifier, 'orders').every((order) => {
    const [only, second] = textsOf(child(order, 'expression'), 'column_names')
    return only !== undefined && second === undefined && names.has(only.toLowerCase())
  })
}

const nowhere = { alias: '', query_location: 0 }

function columnOf(at: number): Node {
  return { ...nowhere, class: 'COLUMN_REF', type: 'COLUMN_REF', column_names: [`p${at}`] }
}

function integer(value: number): Node {
  const typed = { type: { id: 'INTEGER', type_info: null }, is_null: false, value }
  return { ...nowhere, class: 'CONSTANT', type: 'VALUE_CONSTANT', value: typed }
}

function bigint(of: Node): Node {
  const type = { id: 'BIGINT', type_info: null }
  return { ...nowhere, class: 'CAST', type: 'OPERATOR_CAST', child: of, cast_type: type, try_cast: false }
}

function call(called: string, of: Node): Node {
  return {
    ...nowhere,
    class: 'FUNCTION',
    type: 'FUNCTION',
    function_name: called,
    schema: '',
    catalog: '',
    children: [of],
    order_bys: { type: 'ORDER_MODIFIER', orders: [] },
    distinct: false,
    is_operator: false,
    export_state: false,
  }
}

/** A query as text, written by DuckDB itself; undefined where that, read again, is another query. */
async function sqlOf(statement: Node, node: Node): Promise<string | undefined> {
  const tree = { error: false, statements: [{ ...statement, node }] }
  const connection = await parser()
  const rows = (
    await connection.runAndReadAll('SELECT json_deserialize_sql($1::JSON)', [stringifyExact(tree)])
  ).getRows()
  const text = String(rows[0]?.[0])
  const read = await parseSql(text)
  return canonical(read.statement['node'] as Node) === canonical(node) ? text : undefined
}

/** The same text for trees that are the same query. */
function canonical(node: Node): string {
  return JSON.stringify(node, (key, held: unknown) => {
    if (key === 'query_location' || held === '' || held === null) return undefined
    if (typeof held === 'bigint') return { bigint: String(held) }
    if (typeof held !== 'object' || Array.isArray(held)) return held
    return Object.fromEntries(Object.entries(held).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}
