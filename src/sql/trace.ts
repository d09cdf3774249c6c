import type { Columns } from '../core/columns.ts'
import { type TableReference, tablesOf } from './names.ts'
import type { Parsed } from './parse.ts'
import { nowhere, type Place } from './place.ts'
import type { SqlText } from './text.ts'

/** What a name in a model stands for. */
export type TraceSource =
  | { readonly kind: 'table'; readonly name: string; readonly columns: Columns; readonly time?: string }
  | { readonly kind: 'view'; readonly name: string; readonly parsed: Parsed }

/** A wanted output column, told by one row of an input. */
export interface Traced {
  /** Over the columns of the input, quoted, without a table's name. */
  readonly sql: SqlText
  /** The one column that it is made of, and how, where that is a monotone way. */
  readonly column?: string
  readonly steps?: readonly TraceStep[]
}

export type TraceStep =
  | { readonly kind: 'cast'; readonly to: 'date' | 'timestamp' | 'timestamptz' }
  | { readonly kind: 'trunc'; readonly unit: string }
  | { readonly kind: 'zone'; readonly zone: string }

/** One place where an input is named, in the model or in a view that it reads. */
export interface Occurrence {
  /** Unique in its trace: where the name stands in the model's text, then in the view's, and so on. */
  readonly id: string
  readonly name: string
  /** Views passed on the way, outermost first. */
  readonly through: readonly string[]
  /** In the text of the last view, or of the model. */
  readonly reference: TableReference
  /** In the model's text: where the input, or the view that leads to it, is named. */
  readonly place: Place
  /** One for each wanted column, in order; undefined where they are not told by a row of it: a dimension. */
  readonly traced?: readonly Traced[]
  /** Its own time column. */
  readonly time?: string
}

/** What keeps a model from being computed part by part. */
export interface Obstacle {
  /** In the model's text: for what lies in a view, where the view is named. */
  readonly place: Place
  readonly reason: string
  readonly remedy: string
}

/** Sound where there are no obstacles. */
export interface Trace {
  readonly occurrences: readonly Occurrence[]
  readonly obstacles: readonly Obstacle[]
}

export interface TraceOptions {
  /** What the wanted columns are: the time that places a row in an interval, or the key of `merge`. */
  readonly by: 'time' | 'key'
  /** A lookback or lookahead is declared: inputs with a time of their own are bounded by that. */
  readonly unbounded: boolean
  /** Of the intervals: rows of one interval must come from rows of one interval, not of one instant. */
  readonly grain?: { readonly unit: string; readonly zone: string }
}

/**
 * Follows the wanted columns of a query down to the inputs they are told by, through what always lets a condition on them
 * pass. With no obstacles this holds: the query over its traced inputs restricted to rows whose traced values fulfil a
 * condition, and all other inputs whole, has the same rows that fulfil it as the query over all rows. What is not
 * understood is an obstacle.
 */
export async function trace(
  query: Parsed,
  wanted: readonly string[],
  source: (name: string) => TraceSource | undefined,
  options: TraceOptions,
): Promise<Trace> {
  const occurrences = tablesOf(query).map((reference) => {
    const name = reference.parts.join('.')
    const found = source(name)
    const time = found?.kind === 'table' ? found.time : undefined
    const { place } = reference
    return {
      id: String(reference.start),
      name: found?.name ?? name,
      through: [],
      reference,
      place,
      ...(time !== undefined && { time }),
    }
  })
  const reason = `nothing is known yet of ${wanted.join(', ')} by ${options.by}`
  return { occurrences, obstacles: [{ place: nowhere, reason, remedy: 'make it `kind: table`' }] }
}
