import type { Metadata } from '../actions.ts'

const unitMs: Readonly<Record<string, number>> = {
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
}

/** What cannot be read with certainty is kept for as long as anybody lives. */
const centuryMs = 100 * 365 * 86_400_000

/** A table property that is a time, `interval 1 day 12 hours`, in milliseconds; `otherwise` where it is not set. */
export function durationOf(metadata: Metadata, key: string, otherwise: number): number {
  const text = metadata.configuration[key]?.trim()
  if (text === undefined) return otherwise
  const words = text.toLowerCase().split(/\s+/)
  if (words[0] === 'interval') words.shift()
  let sum = 0
  for (let at = 0; at < words.length; at += 2) {
    const unit = unitMs[words[at + 1]?.replace(/s$/, '') ?? '']
    if (unit === undefined || !/^\d+$/.test(words[at] as string)) return centuryMs
    sum += Number(words[at]) * unit
  }
  return words.length > 0 ? sum : centuryMs
}

/** How long a tombstone is kept: until then a reader of an older version may still open its file. */
export function tombstoneRetentionMs(metadata: Metadata): number {
  return durationOf(metadata, 'delta.deletedFileRetentionDuration', 7 * 86_400_000)
}

/** How long commits are kept for time travel once a checkpoint covers them. */
export function logRetentionMs(metadata: Metadata): number {
  return durationOf(metadata, 'delta.logRetentionDuration', 30 * 86_400_000)
}
