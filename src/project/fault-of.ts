import type { Fault } from '../api/fault.ts'
import { MillraceError } from '../core/errors.ts'

/** An error as it is remembered; one that has no code is INTERNAL. */
export function faultOf(error: unknown): Fault {
  const { code, message, hint } =
    error instanceof MillraceError
      ? error
      : new MillraceError('INTERNAL', { reason: error instanceof Error ? error.message : String(error) }, error)
  return { code, message, hint }
}
