import { setTimeout as after } from 'node:timers/promises'
import type { Context } from '../core/context.ts'

/** Work that was asked for and is shared by whoever asks for the same before it begins. */
interface Flight<Result> {
  readonly result: Promise<Result>
  readonly leave: AbortController
  askers: number
}

export interface Landed<Result> {
  readonly result: Result
  /** From its end to the beginning of the next one, at least. */
  readonly restMs: number
}

/**
 * One run of the same work at a time, however many ask. Who asks while it runs gets the next run, which begins after that:
 * all that was acknowledged before the asking is in the answer. `work` says how long to rest; an answer is never older
 * than its asking.
 */
export class Flights<Result> {
  readonly #lanes = new Map<string, { waiting?: Flight<Result>; turn: Promise<void> }>()

  /** Joins the next run. The reason of the signal when who asks has gone; the last to go ends it. */
  async join(key: string, work: (context: Context) => Promise<Landed<Result>>, context: Context): Promise<Result> {
    const { signal } = context
    signal.throwIfAborted()
    const flight = this.#waiting(key, work, context)
    flight.askers++
    const gone = Promise.withResolvers<never>()
    const leave = (): void => {
      flight.askers--
      if (flight.askers === 0) flight.leave.abort(signal.reason)
      gone.reject(signal.reason)
    }
    signal.addEventListener('abort', leave, { once: true })
    try {
      return await Promise.race([flight.result, gone.promise])
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }

  #waiting(key: string, work: (context: Context) => Promise<Landed<Result>>, context: Context): Flight<Result> {
    const lane = this.#lanes.get(key) ?? { turn: Promise.resolve() }
    this.#lanes.set(key, lane)
    if (lane.waiting && !lane.waiting.leave.signal.aborted) return lane.waiting
    const leave = new AbortController()
    const landing = lane.turn.then(() => {
      if (lane.waiting === flight) delete lane.waiting
      leave.signal.throwIfAborted()
      return work({ ...context, now: context.now, emit: context.emit, signal: leave.signal })
    })
    const flight: Flight<Result> = { result: landing.then(({ result }) => result), leave, askers: 0 }
    lane.waiting = flight
    flight.result.catch(() => undefined)
    const turn = landing.then(
      ({ restMs }) => after(Math.max(0, restMs), undefined, { ref: false }),
      () => undefined,
    )
    lane.turn = turn
    void turn.then(() => {
      // nobody waits for another one
      if (lane.turn === turn && !lane.waiting) this.#lanes.delete(key)
    })
    return flight
  }
}
