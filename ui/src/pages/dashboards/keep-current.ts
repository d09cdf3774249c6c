import { type Heard, movedBetween } from '../../data/changes/heard.ts'

/** What the server tells, as far as it is needed here. */
interface Told {
  readonly get: () => Heard
  readonly subscribe: (listener: () => void) => () => void
}

export interface Pace {
  /** Between the end of an answer and the next asking, at least. */
  readonly leastMs: number
  /** Nothing is asked by itself. */
  readonly paused: boolean
}

interface Kept {
  /** What is shown is behind already. */
  readonly isOld: boolean
  /** Whether what has moved is behind what is shown. */
  readonly concerns: (moved: 'all' | readonly string[], heard: Heard) => boolean
  /** Asks again, and answers how long to rest after it; undefined where it failed. */
  readonly ask: () => Promise<number | undefined>
  /** Nobody looks. */
  readonly isHidden: () => boolean
  /** How long to rest after the answer that is there. */
  readonly restMs: number
  /** Spans that end now have moved with every minute. */
  readonly everyMinute: boolean
}

const minuteMs = 60_000
const leastMs = 250
/** After a failure. */
const failedMs = 1_000

/**
 * Asks again what is shown once what is behind it has moved: when its last answer is there, and as seldom as that costs.
 * `look` is called when somebody looks again; the end is what `stop` brings.
 */
export function keepCurrent(changes: Told, kept: Kept, pace: Pace): { look(): void; stop(): void } {
  let [before, isOld, isAsking, isOver] = [changes.get(), kept.isOld, false, false]
  let readyMs = Date.now() + Math.max(leastMs, pace.leastMs, kept.restMs)
  let timer: ReturnType<typeof setTimeout> | undefined

  const step = (): void => {
    clearTimeout(timer)
    if (isOver || pace.paused || !isOld || isAsking || kept.isHidden()) return
    const waitMs = readyMs - Date.now()
    if (waitMs > 0) timer = setTimeout(step, waitMs)
    else void askAgain()
  }
  const askAgain = async (): Promise<void> => {
    isOld = false
    isAsking = true
    const restMs = await kept.ask()
    isAsking = false
    isOld ||= restMs === undefined
    readyMs = Date.now() + Math.max(leastMs, pace.leastMs, restMs ?? failedMs)
    step()
  }
  const unsubscribe = changes.subscribe(() => {
    const now = changes.get()
    const moved = movedBetween(before, now)
    before = now
    if (!kept.concerns(moved, now)) return
    isOld = true
    step()
  })
  const minute = kept.everyMinute
    ? setInterval(() => {
        isOld = true
        step()
      }, minuteMs)
    : undefined
  step()
  return {
    look: step,
    stop() {
      isOver = true
      unsubscribe()
      clearTimeout(timer)
      clearInterval(minute)
    },
  }
}
