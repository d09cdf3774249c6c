import { child, children, textOf } from '../ast.ts'
import { constantText, type Expression } from './expression.ts'

const unitMs: Readonly<Record<string, number>> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
}

/** Milliseconds of an INTERVAL that is written out, in one unit whose length never changes; undefined of others. */
export function widthMs(expression: Expression | undefined): number | undefined {
  const width = expression && (writtenWidth(expression) ?? countedWidth(expression))
  return width !== undefined && width > 0 && Number.isSafeInteger(width) ? width : undefined
}

/** INTERVAL '5 minutes' */
function writtenWidth(expression: Expression): number | undefined {
  if (expression['class'] !== 'CAST' || textOf(child(expression, 'cast_type'), 'id') !== 'INTERVAL') return undefined
  const [, count, unit = ''] = /^(\d+) (\w+?)s?$/.exec(constantText(child(expression, 'child')) ?? '') ?? []
  const ms = unitMs[unit]
  return ms === undefined ? undefined : Number(count) * ms
}

/** INTERVAL 5 MINUTES, which is parsed as to_minutes(5) */
function countedWidth(expression: Expression): number | undefined {
  if (expression['class'] !== 'FUNCTION') return undefined
  const [, unit = ''] = /^to_(\w+)s$/.exec(textOf(expression, 'function_name')) ?? []
  const ms = unitMs[unit]
  const count = wholeNumber(children(expression, 'children')[0])
  return ms === undefined || count === undefined ? undefined : count * ms
}

/** Under the casts and the `trunc` that DuckDB puts around it. */
function wholeNumber(node: Expression | undefined): number | undefined {
  switch (node?.['class']) {
    case 'CAST':
      return wholeNumber(child(node, 'child'))
    case 'FUNCTION':
      return textOf(node, 'function_name') === 'trunc' ? wholeNumber(children(node, 'children')[0]) : undefined
    case 'CONSTANT': {
      const value = child(node, 'value')
      return textOf(child(value, 'type'), 'id') === 'INTEGER' ? Number(value?.['value']) : undefined
    }
    default:
      return undefined
  }
}
