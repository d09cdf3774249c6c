import type { Column } from '../../core/columns.ts'
import { type ErrorCode, type ErrorFields, MillraceError } from '../../core/errors.ts'
import type { MillEvent } from '../../core/events.ts'
import type { Value } from '../../core/values.ts'
import type { DuckdbOptions } from '../duckdb/instance.ts'
import type { ColumnBatch, Query, ResultColumn, WriteTarget, Written } from '../engine.ts'
import type { DataFile, TailRelation } from '../relation.ts'
import type { LeaseRequest, LineRange, TailSpec } from '../tail.ts'
import type { SentRelations } from './relations.ts'

/**
 * What the two processes say to each other, over Node's channel of a fork with `serialization: 'advanced'`: structured
 * clones, so that bigints and bytes cross as they are, in order. Measured with batches of six columns: as fast as frames
 * of our own over a socket pair, or faster.
 */
export type SentQuery = Omit<Query, 'from'> & { readonly from: SentRelations }

/** Work with an answer: `done` or `failed`, under the same id. */
export interface Calls {
  readonly open: { readonly asks: { readonly options: DuckdbOptions }; readonly gives: null }
  readonly describe: { readonly asks: { readonly query: SentQuery }; readonly gives: readonly Column[] }
  /** Followed by `batch`es and `end`, or `failed`. */
  readonly run: { readonly asks: { readonly query: SentQuery }; readonly gives: readonly ResultColumn[] }
  /** As `run`. */
  readonly readColumns: { readonly asks: { readonly query: SentQuery }; readonly gives: null }
  readonly write: {
    readonly asks: { readonly query: SentQuery; readonly target: WriteTarget }
    readonly gives: Written
  }
  /** The id of the call is the tail’s from then on. */
  readonly tail: { readonly asks: { readonly spec: TailSpec; readonly from: bigint }; readonly gives: null }
  /** The id of the call is the lease’s, until `release`. */
  readonly lease: { readonly asks: { readonly tail: number; readonly request: LeaseRequest }; readonly gives: Held }
  /** The id of the call is the sealed generation’s, until `release`, which drops it. */
  readonly seal: {
    readonly asks: { readonly tail: number; readonly spec?: TailSpec }
    readonly gives: Held & { readonly upTo: bigint }
  }
  readonly closeTail: { readonly asks: { readonly tail: number }; readonly gives: null }
  readonly close: { readonly asks: object; readonly gives: null }
}

export interface Held {
  readonly rows: TailRelation
  readonly rejects: TailRelation
}

export type CallName = keyof Calls

export type Call = {
  [Name in CallName]: { readonly id: number; readonly call: Name } & Calls[Name]['asks']
}[CallName]

/** What is told without an answer. */
export type Told =
  /** A long list of files, which queries name by its key from then on. */
  | { readonly tell: 'files'; readonly key: number; readonly files: readonly DataFile[] }
  | { readonly tell: 'forget'; readonly key: number }
  | { readonly tell: 'feed'; readonly tail: number; readonly range: LineRange }
  /** Of a run: one batch was used, one more may come. */
  | { readonly tell: 'more'; readonly id: number }
  /** Of a call under way: it is not wanted any more. */
  | { readonly tell: 'stop'; readonly id: number }
  | { readonly tell: 'release'; readonly id: number }

export type Reply = { readonly id: number } & (
  | { readonly kind: 'done'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly error: SentError }
  | { readonly kind: 'batch'; readonly batch: RowBatch | ColumnBatch }
  | ({ readonly kind: 'end' } & End)
  | { readonly kind: 'event'; readonly event: MillEvent }
)

/** What is known when the last batch was sent; see `Result`. */
export interface End {
  readonly truncated: boolean
  readonly cpuMs: number
}

export type RowBatch = readonly (readonly Value[])[]

/** Batches that are under way before one is used. */
export const batchesAhead = 4

export interface SentError {
  readonly code?: ErrorCode
  readonly fields: MillraceError['fields']
  readonly message: string
  readonly cause?: string
}

export function sentError(error: unknown): SentError {
  if (!(error instanceof Error)) return { fields: {}, message: String(error) }
  const { message } = error
  if (!(error instanceof MillraceError)) return { fields: {}, message: error.stack ?? message }
  const cause = error.cause instanceof Error ? error.cause.message : undefined
  return { code: error.code, fields: error.fields, message, ...(cause === undefined ? {} : { cause }) }
}

/** The error as it was thrown over there; what was none of ours is INTERNAL. */
export function errorFrom({ code, fields, message, cause }: SentError): MillraceError {
  if (code === undefined) return new MillraceError('INTERNAL', { reason: message })
  // the fields are those of its code, as it was made from them
  return new MillraceError(code, fields as ErrorFields<ErrorCode>, cause === undefined ? undefined : new Error(cause))
}
