import { child, children, type Node, textOf, textsOf, walk } from './ast.ts'
import type { Parsed } from './parse.ts'

/** A value of a query's text or parameters: bigint for integers, number for other numbers, text for the rest. */
export type FilterValue = string | number | bigint | boolean | null

/** What every row of a table that the answer can need fulfils. A column in a struct is named by its path. */
export type Filter = { readonly column: readonly string[] } & (
  | { readonly op: '=' | '<' | '<=' | '>' | '>='; readonly value: FilterValue }
  | { readonly op: 'in'; readonly values: readonly FilterValue[] }
  | { readonly op: 'is null' | 'is not null' }
  /** In one of the ranges, each from its first value on and below its last; or, with `orNull`, NULL. */
  | {
      readonly op: 'within'
      readonly ranges: readonly { readonly from: FilterValue; readonly to: FilterValue }[]
      readonly orNull: boolean
    }
)

/**
 * The conditions of the WHERE around each table, by the table's node in the tree. Only those that every row of the table
 * must fulfil to matter: top-level terms of an AND, in the SELECT that names the table itself, not on the side of an outer
 * join that is filled with NULL. A column without its table's name counts where the SELECT reads one table alone.
 */
export function filtersOf(
  { statement }: Parsed,
  parameters: readonly FilterValue[] = [],
): ReadonlyMap<Node, readonly Filter[]> {
  const found = new Map<Node, readonly Filter[]>()
  for (const [node] of walk(statement)) {
    const where = child(node, 'where_clause')
    if (node['type'] !== 'SELECT_NODE' || !where || child(node, 'sample')) continue
    const sources = sourcesOf(child(node, 'from_table'), true)
    const terms = termsOf(where).flatMap((term) => filtersOfTerm(term, parameters))
    for (const source of sources) {
      if (!source.kept || !isPlainTable(source.node)) continue
      const own = terms.flatMap((term) => ownFilter(term, source, sources))
      if (own.length > 0) found.set(source.node, own)
    }
  }
  return found
}

/** A table as it is: not a sample of it, whose choice would change, and not with its columns renamed. */
function isPlainTable(node: Node): boolean {
  return node['type'] === 'BASE_TABLE' && !child(node, 'sample') && textsOf(node, 'column_name_alias').length === 0
}

/** A member of a FROM: the name that columns can be told by, and whether a WHERE may drop its rows early. */
interface Source {
  readonly node: Node
  readonly name: string
  readonly kept: boolean
}

function sourcesOf(from: Node | undefined, kept: boolean): Source[] {
  if (!from || from['type'] === 'EMPTY') return []
  if (from['type'] !== 'JOIN') {
    const name = textOf(from, 'alias') || textOf(from, 'table_name')
    return [{ node: from, name: name.toLowerCase(), kept }]
  }
  const plain = ['REGULAR', 'CROSS', 'NATURAL'].includes(textOf(from, 'ref_type'))
  const type = textOf(from, 'join_type')
  const left = plain && ['INNER', 'LEFT', 'SEMI', 'ANTI'].includes(type)
  const right = plain && ['INNER', 'RIGHT'].includes(type)
  return [...sourcesOf(child(from, 'left'), kept && left), ...sourcesOf(child(from, 'right'), kept && right)]
}

function ownFilter(filter: Filter, source: Source, sources: readonly Source[]): Filter[] {
  const [first = '', ...rest] = filter.column
  const named = sources.filter(({ name }) => name === first.toLowerCase())
  if (named.length > 1) return []
  // `e.a` is column a of e; it could also be field a of a column e, but never of another table while e has that name
  if (named.length === 1 && rest.length > 0) return named[0] === source ? [{ ...filter, column: rest }] : []
  return sources.length === 1 ? [filter] : []
}

function termsOf(where: Node): readonly Node[] {
  return where['type'] === 'CONJUNCTION_AND' ? children(where, 'children').flatMap(termsOf) : [where]
}

const comparisons: Readonly<Record<string, readonly ['=' | '<' | '<=' | '>' | '>=', '=' | '<' | '<=' | '>' | '>=']>> = {
  COMPARE_EQUAL: ['=', '='],
  COMPARE_LESSTHAN: ['<', '>'],
  COMPARE_LESSTHANOREQUALTO: ['<=', '>='],
  COMPARE_GREATERTHAN: ['>', '<'],
  COMPARE_GREATERTHANOREQUALTO: ['>=', '<='],
}

function filtersOfTerm(term: Node, parameters: readonly FilterValue[]): Filter[] {
  const type = textOf(term, 'type')
  const ops = comparisons[type]
  if (ops) {
    const [left, right] = [child(term, 'left'), child(term, 'right')]
    return [...compared(left, ops[0], right, parameters), ...compared(right, ops[1], left, parameters)]
  }
  const [first, ...rest] = children(term, 'children')
  switch (type) {
    case 'COMPARE_BETWEEN': {
      const input = child(term, 'input')
      return [
        ...compared(input, '>=', child(term, 'lower'), parameters),
        ...compared(input, '<=', child(term, 'upper'), parameters),
      ]
    }
    case 'COMPARE_IN': {
      const column = columnOf(first)
      const values = rest.map((item) => constantOf(item, parameters))
      const known = values.filter((value) => value !== undefined)
      return column && known.length === values.length ? [{ column, op: 'in', values: known }] : []
    }
    case 'OPERATOR_IS_NULL':
    case 'OPERATOR_IS_NOT_NULL': {
      const column = columnOf(first)
      return column ? [{ column, op: type === 'OPERATOR_IS_NULL' ? 'is null' : 'is not null' }] : []
    }
    default:
      return []
  }
}

function compared(
  column: Node | undefined,
  op: '=' | '<' | '<=' | '>' | '>=',
  constant: Node | undefined,
  parameters: readonly FilterValue[],
): Filter[] {
  const path = columnOf(column)
  const value = constantOf(constant, parameters)
  return path && value !== undefined ? [{ column: path, op, value }] : []
}

function columnOf(node: Node | undefined): readonly string[] | undefined {
  return node?.['class'] === 'COLUMN_REF' ? textsOf(node, 'column_names') : undefined
}

/** The value of a literal, of a text cast to a time, or of a parameter; undefined for anything else. */
function constantOf(node: Node | undefined, parameters: readonly FilterValue[]): FilterValue | undefined {
  switch (node?.['class']) {
    case 'CONSTANT':
      return literalOf(child(node, 'value'))
    case 'PARAMETER': {
      const given = parameters[Number(node['identifier']) - 1]
      return typeof given === 'number' && Number.isSafeInteger(given) ? BigInt(given) : given
    }
    case 'CAST': {
      const text = constantOf(child(node, 'child'), [])
      if (typeof text !== 'string') return undefined
      switch (textOf(child(node, 'cast_type'), 'id')) {
        case 'BOOLEAN':
          return text === 't' ? true : text === 'f' ? false : undefined
        case 'DATE':
          return /^\d{4}-\d\d-\d\d$/.test(text) ? text : undefined
        case 'TIMESTAMP':
          return /^\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?)?$/.test(text) ? text : undefined
        case 'TIMESTAMP WITH TIME ZONE':
          // words such as `epoch` are no texts to compare with
          return /^\d{4}-\d\d-\d\d/.test(text) ? text : undefined
        default:
          return undefined
      }
    }
    default:
      return undefined
  }
}

function literalOf(value: Node | undefined): FilterValue | undefined {
  if (!value) return undefined
  if (value['is_null'] === true) return null
  const held = value['value']
  switch (textOf(child(value, 'type'), 'id')) {
    case 'INTEGER':
    case 'BIGINT':
      return typeof held === 'number' || typeof held === 'bigint' ? BigInt(held) : undefined
    case 'DECIMAL': {
      const scale = Number(child(child(value, 'type'), 'type_info')?.['scale'])
      return typeof held === 'number' && scale >= 0 ? Number(`${held}e-${scale}`) : undefined
    }
    case 'DOUBLE':
      return typeof held === 'number' ? held : undefined
    case 'VARCHAR':
      return typeof held === 'string' ? held : undefined
    default:
      return undefined
  }
}
