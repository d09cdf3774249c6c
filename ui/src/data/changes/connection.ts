import type { Told } from './heard.ts'

/** Between tries, the longer the more have failed. */
const waits = [250, 500, 1000, 2000, 4000] as const
/** A connection that says nothing for so long is none, whatever the machine believes: it slept, or a cable is out. */
const deadMs = 12_000

/** Listens to `/v1/changes` until it is closed, and connects again whenever it is cut off. */
export function listen(tell: (told: Told) => void): { close(): void; again(): void } {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let failures = 0

  const later = (work: () => void, ms: number): void => {
    clearTimeout(timer)
    timer = setTimeout(work, ms)
  }
  const lose = (): void => {
    source?.close()
    tell({ event: 'lost' })
    const wait = waits[Math.min(failures++, waits.length - 1)] as number
    later(connect, wait)
  }
  const hear = (told: Told): void => {
    failures = 0
    tell(told)
    later(lose, deadMs)
  }
  const connect = (): void => {
    source?.close()
    source = new EventSource('/v1/changes')
    source.addEventListener('advanced', ({ data }) => hear({ event: 'advanced', data: JSON.parse(data) }))
    source.addEventListener('rates', ({ data }) => hear({ event: 'rates', data: JSON.parse(data) }))
    source.addEventListener('runs', () => hear({ event: 'runs' }))
    source.addEventListener('alive', () => hear({ event: 'alive' }))
    // it would come again by itself, but not after a refusal
    source.addEventListener('error', lose)
    later(lose, deadMs)
  }
  connect()
  return {
    again() {
      failures = 0
      tell({ event: 'lost' })
      connect()
    },
    close() {
      clearTimeout(timer)
      source?.close()
    },
  }
}
