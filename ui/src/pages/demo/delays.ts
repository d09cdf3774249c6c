import type { StreamEvents } from '../../../../src/api/streams.ts'

/** How long the events that came after an offset took until they were here, in milliseconds: the one in the middle. */
export function middleDelay({ events }: StreamEvents, after: bigint, hereMs: number): number | undefined {
  const delays = events
    .filter(({ offset }) => BigInt(offset) >= after)
    .map(({ received_at: at }) => Math.max(0, hereMs - Date.parse(at)))
    .toSorted((a, b) => a - b)
  return delays[Math.floor(delays.length / 2)]
}

/** `8 ms`, `0.4 s`, `2.1 s`. */
export function delayText(ms: number): string {
  return ms < 100 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}
