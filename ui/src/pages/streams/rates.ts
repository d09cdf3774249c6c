import type { RatesTold } from '../../../../src/api/changes.ts'

/** Stream → its events a second, one value each second, the newest last. */
export type RateHistory = Readonly<Record<string, readonly number[]>>

/** Seconds that are kept. */
export const keptSeconds = 60

/** The history a second later. Streams that are not told of have come to rest. */
export function secondLater(history: RateHistory, rates: RatesTold['streams']): RateHistory {
  const names = new Set([...Object.keys(history), ...Object.keys(rates)])
  return Object.fromEntries(
    [...names].map((name) => [name, [...(history[name] ?? []), rates[name]?.received ?? 0].slice(-keptSeconds)]),
  )
}

/** A line through values, the last at the right edge, as the `d` of an SVG path; 0 lies on the ground. */
export function linePath(values: readonly number[], width: number, height: number): string {
  const most = Math.max(1, ...values)
  const step = width / (keptSeconds - 1)
  const first = width - (values.length - 1) * step
  return values
    .map((value, at) => `${at === 0 ? 'M' : 'L'}${round(first + at * step)} ${round(height - (value / most) * height)}`)
    .join('')
}

function round(n: number): number {
  return Math.round(n * 10) / 10
}

/** `1,204`, `3.5`, `0`: a tenth where it says something. */
export function rateText(perSecond: number): string {
  return perSecond.toLocaleString('en', { maximumFractionDigits: perSecond < 10 ? 1 : 0 })
}
