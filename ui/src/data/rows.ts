import type { QueryAnswer } from '../../../src/api/query.ts'
import { call } from './api.ts'

export interface RowsAsked {
  readonly sql: string
  readonly params?: readonly (string | number | boolean | null)[]
  /** Rows. */
  readonly limit?: number
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** The rows of a SELECT; bigint and decimal come as text, with all their digits. */
export function rowsOf({ signal, timeoutMs, ...asked }: RowsAsked): Promise<QueryAnswer> {
  return call<QueryAnswer>('/v1/query', {
    method: 'POST',
    body: { ...asked, ...(timeoutMs !== undefined && { timeout_ms: timeoutMs }), quote64: true },
    ...(signal && { signal }),
  })
}

/** Whether values of a type are figures, and stand on the right. */
export function isNumeric(type: string): boolean {
  return /^(tinyint|smallint|integer|bigint|hugeint|float|double|real|decimal)/i.test(type)
}

/** A value as it is read in a table. Digits are the server’s own, not rounded by a double. */
export function valueText(value: unknown): string {
  if (typeof value === 'object' && value !== null) return JSON.stringify(value)
  return String(value)
}
