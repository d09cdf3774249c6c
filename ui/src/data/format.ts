/** What a figure looks like, here and nowhere else. */

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 })
const exact = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'long' })

export function count(n: number | bigint): string {
  return whole.format(n)
}

/** For places where the size matters, and not the digits: `1.23M`. */
export function rough(n: number): string {
  return n < 10_000 ? whole.format(n) : short.format(n)
}

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

export function bytes(n: number): string {
  let [size, unit] = [n, 0]
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000
    unit++
  }
  return `${unit === 0 || size >= 99.95 ? size.toFixed(0) : size.toFixed(1)} ${units[unit]}`
}

const steps: readonly (readonly [seconds: number, unit: string, each: number])[] = [
  [60, 's', 1],
  [3600, 'min', 60],
  [86_400, 'h', 3600],
  [30 * 86_400, 'd', 86_400],
  [365 * 86_400, 'mo', 30 * 86_400],
  [Number.POSITIVE_INFINITY, 'y', 365 * 86_400],
]

/** How long: `12 s`, `3 min`, `5 h`, `2 d`. Clocks that differ make nothing negative. */
export function lasting(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const [, unit, each] = steps.find(([below]) => seconds < below) ?? [0, 'y', 365 * 86_400]
  return `${Math.floor(seconds / each)} ${unit}`
}

/** How long ago: `just now` for the last two seconds, then `12 s ago`, `3 min ago`. */
export function ago(ms: number): string {
  return ms < 3000 ? 'just now' : `${lasting(ms)} ago`
}

export function exactTime(ms: number): string {
  return exact.format(ms)
}

/** `1 file`, `2 files`. */
export function counted(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? '' : 's'}`
}
