import type { Columns } from '../core/columns.ts'
import type { TableReference } from './names.ts'
import type { Parsed } from './parse.ts'
import { type Place, placeOfByte } from './place.ts'
import type { SqlText } from './text.ts'
import { bindText } from './trace/bind-from.ts'
import { bindQuery } from './trace/bind-query.ts'
import type { Binder } from './trace/binder.ts'
import { leaf } from './trace/expression.ts'
import { functions } from './trace/functions.ts'
import { type Told, toldOf } from './trace/outcome.ts'
import { type Push, push } from './trace/push.ts'
import type { Loss, Relation } from './trace/relation.ts'

/** What a name in a model stands for. */
export type TraceSource =
  | { readonly kind: 'table'; readonly name: string; readonly columns: Columns; readonly time?: string }
  | { readonly kind: 'view'; readonly name: string; readonly parsed: Parsed }

/** A wanted output column, told by one row of an input. */
export interface Traced {
  /** Over the columns of the input, quoted, without a table's name. */
  readonly sql: SqlText
  /** Of a time. */
  readonly type?: 'date' | 'timestamp' | 'timestamptz'
  /** The one column that it is made of, and how, where that is a monotone way. */
  readonly column?: string
  readonly steps?: readonly TraceStep[]
}

export type TraceStep =
  | { readonly kind: 'cast'; readonly to: 'date' | 'timestamp' | 'timestamptz' }
  | { readonly kind: 'trunc'; readonly unit: string }
  /** `time_bucket`: cut down to a multiple of so many milliseconds since `bucketOriginMs`. */
  | { readonly kind: 'bucket'; readonly ms: number }
  | { readonly kind: 'zone'; readonly zone: string }

/** Where DuckDB counts the buckets of `time_bucket` from: a Monday. */
export const bucketOriginMs = Date.UTC(2000, 0, 3)

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
  /** By time: the intervals. Without it rows must be told apart by the very time. */
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
  const binder: Binder = {
    functions: await functions(),
    source,
    wanted: wanted.map((column) => `\`${column}\``).join(', '),
    relations: [],
    inputs: [],
    named: new Set(),
    obstacles: [],
    query: (node, scope, env) => bindQuery(node, scope, env, binder),
  }
  const root = bindText(query, { within: '', through: [], outer: undefined }, binder)
  const columns = wanted.map((name) => columnNamed(name, root, binder))
  const to: Push = {
    relations: binder.relations,
    grain: options.grain,
    wanted: binder.wanted,
    part: options.by === 'time' ? 'interval' : 'key',
    at: placeOf(root, columns),
    count: wanted.length,
    unbounded: options.unbounded,
    reached: new Map(),
    done: new Set(),
  }
  const inputs = await inputsTold(root, columns, to, options, binder)
  const place = (at: number) => placeOfByte(query.text, Math.max(at, 0))
  return {
    occurrences: inputs.map((input) => ({
      id: input.id,
      name: input.name,
      through: input.through,
      reference: input.reference,
      place: place(input.at),
      ...(input.traced && { traced: input.traced }),
      ...(input.time !== undefined && { time: input.time }),
    })),
    obstacles: obstaclesOf(binder, inputs, options).map(({ at, reason, remedy }) => ({
      place: place(at),
      reason,
      remedy,
    })),
  }
}

/** All inputs, and what is known of each. */
async function inputsTold(
  root: Relation,
  columns: readonly number[],
  to: Push,
  options: TraceOptions,
  binder: Binder,
): Promise<readonly Told[]> {
  const told = columns.includes(-1) ? undefined : columns.map((column) => leaf(root.id, column))
  const known = (told ?? []).map(() => [])
  if (told) push(root, { told }, known, to)
  const inputs = await toldOf(binder, to, options)
  if (!told || !options.unbounded || !options.grain) return inputs
  const exactly: Push = { ...to, exact: true, reached: new Map(), done: new Set() }
  push(root, { told }, known, exactly)
  const exact = await toldOf(binder, exactly, options)
  return inputs.map((input, at) =>
    input.traced && !exact[at]?.traced ? { ...input, loose: looseLoss(input, to) } : input,
  )
}

/** Rows before and after an interval are told by their time, and not by the interval that they lie in. */
function looseLoss({ at }: Told, { wanted }: Push): Loss {
  return {
    at,
    reason: `{input} is tied to the interval of ${wanted} alone, and a lookback needs its very time`,
    remedy: `join it by ${wanted} itself, leave out \`lookback:\`, or make it \`kind: table\`, which is rebuilt as a whole`,
  }
}

function placeOf({ body }: Relation, columns: readonly number[]): number {
  return body.kind === 'select' ? (body.outputs[columns[0] ?? -1]?.at ?? body.at) : -1
}

function columnNamed(name: string, root: Relation, binder: Binder): number {
  const found = root.columns.flatMap((column, index) => (column.toLowerCase() === name.toLowerCase() ? [index] : []))
  if (found.length === 1) return found[0] as number
  if (root.open && binder.obstacles.length > 0) return -1
  const reason = found.length > 1 ? `there are two columns ${name}` : `the query gives no column ${name}`
  binder.obstacles.push({ at: 0, reason, remedy: 'name it by an alias, once' })
  return -1
}

function obstaclesOf(binder: Binder, inputs: readonly Told[], { by, unbounded }: TraceOptions): Loss[] {
  const traced = new Set(inputs.flatMap((input) => (input.traced ? [input.name] : [])))
  const cut = inputs.filter(
    (input) => !input.traced && (input.time !== undefined ? !unbounded : traced.has(input.name)),
  )
  // where nothing is traced there is no part that could be computed
  const [first] = inputs
  const none = traced.size === 0 && first && cut.length === 0 ? [first] : []
  const obstacles = [...binder.obstacles]
  for (const { name, loose } of inputs)
    if (loose) obstacles.push({ ...loose, reason: loose.reason.replace('{input}', name) })
  for (const { name, loss, at } of [...cut, ...(binder.obstacles.length === 0 ? none : [])])
    obstacles.push({ ...loss, at: loss.at >= 0 ? loss.at : at, reason: loss.reason.replace('{input}', name) })
  if (!first && obstacles.length === 0)
    obstacles.push({ at: 0, reason: 'it reads no table', remedy: 'make it `kind: table` or a view' })
  const spoken = obstacles.map((each) => (by === 'time' ? each : { ...each, remedy: withoutTime(each.remedy) }))
  const unique = new Map(spoken.map((each) => [`${each.at} ${each.reason}`, each]))
  return [...unique.values()].sort((a, b) => a.at - b.at)
}

/** Ways out that a model by key does not have, or is. */
function withoutTime(remedy: string): string {
  return remedy.replace(/declare `lookback:`, |make it `kind: merge`[^,]*, /g, '')
}
