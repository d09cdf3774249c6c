import type { MillEvent } from './events.ts'

/** What every operation that takes time is given beside its plan. */
export interface Context {
  /** Aborted: stop at the next safe point, undo what is half done, throw the signal's reason. */
  readonly signal: AbortSignal
  /** The one way to report progress; never throws, never waits. */
  readonly emit: (event: MillEvent) => void
  /** Milliseconds since 1970, UTC; the tests' clock is a variable. */
  readonly now: () => number
}
