import { child, children, textOf } from '../ast.ts'
import type { TraceStep } from '../trace.ts'
import { constantText, type Expression } from './expression.ts'
import type { Relation } from './relation.ts'
import { instant, typeOf } from './value-type.ts'
import { widthMs } from './width.ts'

const times: Readonly<Record<string, 'date' | 'timestamp' | 'timestamptz'>> = {
  DATE: 'date',
  TIMESTAMP: 'timestamp',
  [instant]: 'timestamptz',
}

/** A time by its name in steps. */
export function timeType(expression: Expression, relations: readonly Relation[]): TraceStepType | undefined {
  return times[typeOf(expression, relations) ?? '']
}

type TraceStepType = 'date' | 'timestamp' | 'timestamptz'

/** How a time is made of one column: by casts, date_trunc, time_bucket and AT TIME ZONE alone, innermost first. */
export function stepsOf(
  expression: Expression,
  relations: readonly Relation[],
): { readonly column: number; readonly steps: readonly TraceStep[] } | undefined {
  // not a time, or of a type that cannot be told
  if (!timeType(expression, relations)) return undefined
  switch (expression['class']) {
    case 'BOUND':
      return { column: Number(expression['column']), steps: [] }
    case 'CAST': {
      const inner = child(expression, 'child')
      const to = times[textOf(child(expression, 'cast_type'), 'id')]
      const within = inner && stepsOf(inner, relations)
      return within && to && { column: within.column, steps: [...within.steps, { kind: 'cast', to }] }
    }
    case 'FUNCTION': {
      const [first, second] = children(expression, 'children')
      const within = second && stepsOf(second, relations)
      const step = within && stepOf(textOf(expression, 'function_name'), first)
      return step && { column: within.column, steps: [...within.steps, step] }
    }
    default:
      return undefined
  }
}

function stepOf(called: string, first: Expression | undefined): TraceStep | undefined {
  const [text, ms] = [constantText(first), widthMs(first)]
  if (called === 'date_trunc' && text !== undefined) return { kind: 'trunc', unit: text.toLowerCase() }
  if (called === 'timezone' && text !== undefined) return { kind: 'zone', zone: text }
  return called === 'time_bucket' && ms !== undefined ? { kind: 'bucket', ms } : undefined
}
