import { textOf } from './ast.ts'
import { replaceTables, type TableReference, tablesOf } from './names.ts'
import type { Parsed } from './parse.ts'
import { name } from './text.ts'
import type { TraceSource } from './trace.ts'

/** One place where an input is named; `id` is that of its `Occurrence`. */
export interface InputReference {
  readonly id: string
  readonly name: string
  readonly reference: TableReference
}

/**
 * The query over rows of the caller's choice for each place where an input is named: `rows` gives those of one place,
 * `select` makes rows of a query and the names in it. The text stays as it was written but for these names, which become
 * distinct (`events` is `"events@2" AS "events"`); a view becomes a relation of its own wherever it is named.
 */
export function queryOver<R>(
  query: Parsed,
  source: (name: string) => TraceSource | undefined,
  rows: (input: InputReference) => R,
  select: (sql: string, from: Readonly<Record<string, R>>) => R,
  within = '',
): R {
  const from: Record<string, R> = {}
  const edits = tablesOf(query).map((reference, index) => {
    const id = `${within}${reference.start}`
    const written = reference.parts.join('.')
    const found = source(written)
    const own = `${written}@${index + 1}`
    from[own] =
      found?.kind === 'view'
        ? queryOver(found.parsed, source, rows, select, `${id}/`)
        : rows({ id, name: found?.name ?? written, reference })
    const alias = textOf(reference.node, 'alias') === '' ? ` AS ${name(reference.parts.at(-1) as string)}` : ''
    return { start: reference.start, end: reference.end, text: `${name(own)}${alias}` }
  })
  return select(replaceTables(query.text, edits), from)
}
