import { useSyncExternalStore } from 'react'

/** One timer for all times on the page. */
function makeClock(everyMs: number) {
  const listeners = new Set<() => void>()
  let timer: ReturnType<typeof setInterval> | undefined
  let now = Date.now()
  return {
    now: () => now,
    subscribe(listener: () => void) {
      listeners.add(listener)
      timer ??= setInterval(() => {
        now = Date.now()
        for (const each of listeners) each()
      }, everyMs)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        clearInterval(timer)
        timer = undefined
      }
    },
  }
}

const clock = makeClock(1000)

/** The time in milliseconds, to the second. */
export function useNow(): number {
  return useSyncExternalStore(clock.subscribe, clock.now)
}
