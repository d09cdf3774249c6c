import type { Problem } from '../api/problem.ts'
import { MillraceError } from '../core/errors.ts'

/** An error as it is answered. What is no error of ours is a fault: its text stays in the log. */
export function problemOf(error: unknown, request: string): { readonly status: number; readonly problem: Problem } {
  const told = error instanceof MillraceError ? error : new MillraceError('INTERNAL', { reason: 'an unexpected fault' })
  const { code, message, hint, httpStatus: status } = told
  const place = placeOf(told)
  return { status, problem: { code, message, hint, ...(place && { place }), request_id: request } }
}

/** Where it lies in the text that was sent; an excerpt says that it lies there, and not in a text of ours. */
function placeOf({ fields: { line, column, excerpt } }: MillraceError): Problem['place'] {
  if (typeof line !== 'number' || typeof column !== 'number' || !excerpt) return undefined
  return { line, column }
}

/** Seconds after which a refusal may be otherwise. */
export function retryAfter(error: unknown, status: number): number | undefined {
  // of conflicts those that pass by themselves
  const isBusy = error instanceof MillraceError && error.row.kind === 'busy' && status === 409
  return status === 429 || status === 503 || isBusy ? 1 : undefined
}

/** What Fastify and Node say of requests that never come to a route. */
export function requestError(error: unknown, bodyLimit: number): unknown {
  if (error instanceof MillraceError) return error
  const { code = '', message, statusCode } = error as { code?: string; message: string; statusCode?: number }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new MillraceError('REQUEST_TOO_LARGE', { limit: bodyLimit }, error)
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new MillraceError('REQUEST_TOO_SLOW', {}, error)
  if (code.startsWith('HPE_')) return new MillraceError('REQUEST_INVALID', { reason: message }, error)
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new MillraceError('REQUEST_INVALID', { reason: message }, error)
  return error
}
