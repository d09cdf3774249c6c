import { type Node, textOf, walk } from './ast.ts'
import type { Parsed } from './parse.ts'

/** What tells the time: an engine that is given a moment says it in all of these. `age` only with one argument. */
export const clockNames = [
  'now',
  'current_timestamp',
  'get_current_timestamp',
  'transaction_timestamp',
  'today',
  'current_date',
  'current_time',
  'get_current_time',
  'localtime',
  'current_localtime',
  'localtimestamp',
  'current_localtimestamp',
] as const

export type ClockName = (typeof clockNames)[number]

/** Where a query asks for the time, in words; undefined where it does not. */
export function clockCall({ statement }: Parsed): string | undefined {
  for (const [node] of walk(statement)) {
    const called = callOf(node)
    if (called !== undefined) return called
  }
  return undefined
}

function callOf(node: Node): string | undefined {
  const names: readonly string[] = clockNames
  if (node['class'] === 'FUNCTION') {
    const called = textOf(node, 'function_name').toLowerCase()
    const given = Array.isArray(node['children']) ? node['children'].length : 0
    return names.includes(called) || called === 'ago' || (called === 'age' && given < 2) ? `${called}()` : undefined
  }
  // what needs no parentheses is a column to the parser
  const path = node['class'] === 'COLUMN_REF' ? node['column_names'] : undefined
  const only = Array.isArray(path) && path.length === 1 ? String(path[0]).toLowerCase() : ''
  return /^current_|^local/.test(only) && names.includes(only) ? only : undefined
}
