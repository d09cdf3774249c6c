import { type ColumnType, typeText } from '../../core/columns.ts'
import { child, children, type Node, textOf } from '../ast.ts'
import { constantText, type Expression } from './expression.ts'
import type { Relation } from './relation.ts'
import { widthMs } from './width.ts'

/** A type by the name that it has here: DuckDB's for plain ones, our own for others. */
export function typeName(type: ColumnType): string {
  if (type.kind === 'timestamptz') return instant
  if (type.kind === 'decimal') return `DECIMAL(${type.precision},${type.scale})`
  return typeText(type).toUpperCase()
}

export const instant = 'TIMESTAMP WITH TIME ZONE'

/** Types whose equal values are the same value: 0.0 and -0.0 are equal, and are not the same. */
const exactTypes = new Set([
  'BOOLEAN',
  'TINYINT',
  'SMALLINT',
  'INTEGER',
  'BIGINT',
  'HUGEINT',
  'VARCHAR',
  'DATE',
  'TIMESTAMP',
  instant,
  'UUID',
  'BLOB',
])

export function isExact(type: string | undefined): type is string {
  return type !== undefined && (exactTypes.has(type) || /^DECIMAL\(\d+,\d+\)$/.test(type))
}

/** The type of an expression, where it can be told without asking the engine. */
export function typeOf(expression: Expression, relations: readonly Relation[]): string | undefined {
  switch (expression['class']) {
    case 'BOUND':
      return columnType(relations[Number(expression['relation'])], Number(expression['column']), relations)
    case 'CAST': {
      const type = child(expression, 'cast_type')
      const id = textOf(type, 'id')
      if (id !== 'DECIMAL') return exactTypes.has(id) && !textOf(child(type, 'type_info'), 'alias') ? id : undefined
      const info = child(type, 'type_info')
      return `DECIMAL(${info?.['width']},${info?.['scale']})`
    }
    case 'FUNCTION':
      return functionType(expression, relations)
    default:
      return undefined
  }
}

/** Whether an expression is a list for certain; `lists`: functions that give nothing else. */
export function isList(expression: Expression, lists: ReadonlySet<string>, relations: readonly Relation[]): boolean {
  switch (expression['class']) {
    case 'BOUND':
      return (
        columnType(relations[Number(expression['relation'])], Number(expression['column']), relations)?.endsWith(
          '[]',
        ) ?? false
      )
    case 'CAST':
      return textOf(child(expression, 'cast_type'), 'id') === 'LIST'
    case 'FUNCTION':
      return lists.has(textOf(expression, 'function_name').toLowerCase())
    default:
      return expression['type'] === 'ARRAY_CONSTRUCTOR'
  }
}

function functionType(expression: Node, relations: readonly Relation[]): string | undefined {
  const [first, second] = children(expression, 'children')
  if (!first || !second || children(expression, 'children').length !== 2) return undefined
  const inner = typeOf(second, relations)
  switch (textOf(expression, 'function_name')) {
    case 'date_trunc':
    case 'datetrunc':
      if (constantText(first) === undefined) return undefined
      return inner === instant ? instant : inner === 'DATE' || inner === 'TIMESTAMP' ? 'TIMESTAMP' : undefined
    case 'timezone':
      if (constantText(first) === undefined) return undefined
      return inner === instant ? 'TIMESTAMP' : inner === 'DATE' || inner === 'TIMESTAMP' ? instant : undefined
    case 'time_bucket':
      // what becomes of a date depends on the width
      return widthMs(first) !== undefined && (inner === instant || inner === 'TIMESTAMP') ? inner : undefined
    default:
      return undefined
  }
}

function columnType(
  relation: Relation | undefined,
  column: number,
  relations: readonly Relation[],
): string | undefined {
  const body = relation?.body
  switch (body?.kind) {
    case 'input':
      return body.types[column]
    case 'same':
      return columnType(body.of, column, relations)
    case 'select': {
      const output = body.outputs[column]
      return output && typeOf(output.expression, relations)
    }
    case 'set operation': {
      const types = body.branches.map((branch) => columnType(branch.relation, branch.columns[column] ?? -1, relations))
      return new Set(types).size === 1 ? types[0] : undefined
    }
    default:
      return undefined
  }
}
