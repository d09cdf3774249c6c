import { InvalidArgumentError } from 'commander'

/** A time in ISO 8601, as milliseconds; without a zone it is UTC. */
export function time(text: string): number {
  const zoned = /([zZ]|[+-]\d\d:?\d\d)$/.test(text) || /^\d{4}-\d\d-\d\d$/.test(text) ? text : `${text}Z`
  const ms = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(zoned.replace(' ', 'T')) : Number.NaN
  if (Number.isNaN(ms)) throw new InvalidArgumentError('write a time such as 2026-11-20T12:00:00Z.')
  return ms
}

/** A whole number of at least 0. */
export function whole(text: string): number {
  const number = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(number)) throw new InvalidArgumentError('write a whole number.')
  return number
}

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/** `30 minutes`, `12h`, `7 days`, `2w` as milliseconds. */
export function duration(text: string): number {
  const found = /^(\d+(?:\.\d+)?)\s*(m|min|minutes?|h|hours?|d|days?|w|weeks?)$/i.exec(text.trim())
  if (!found) throw new InvalidArgumentError('write a duration such as 12h or 7 days.')
  return Number(found[1]) * unitMs[(found[2] ?? 'h').charAt(0).toLowerCase() as keyof typeof unitMs]
}

const unitBytes = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 } as const

/** `500 MB`, `2GB`, `0` as bytes. */
export function size(text: string): number {
  const found = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text.trim())
  if (!found) throw new InvalidArgumentError('write a size such as 500 MB.')
  return Math.floor(Number(found[1]) * unitBytes[(found[2] ?? '').toLowerCase() as keyof typeof unitBytes])
}

/** `10%` or `0.1` as 0.1. */
export function share(text: string): number {
  const number = text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text)
  if (text.trim() === '' || !(number >= 0 && number <= 1))
    throw new InvalidArgumentError('write a share such as 10% or 0.1.')
  return number
}

/** An option that may be given several times. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text]
}
