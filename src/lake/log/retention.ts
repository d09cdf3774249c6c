import type { Metadata } from '../actions.ts'

const unitMs: Readonly<Record<string, number>> = {
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
}

/**
 * A table property that is a time, `interval 30 days`, in milliseconds; `otherwise` where it is not set, or is written
 * in a way that cannot be read with certainty.
 */
export function durationOf(metadata: Metadata, key: string, otherwise: number): number {
  const parts = /^(?:interval\s+)?(\d+)\s+([a-z]+?)s?$/i.exec(metadata.configuration[key]?.trim() ?? '')
  const unit = unitMs[parts?.[2]?.toLowerCase() ?? '']
  return parts && unit !== undefined ? Number(parts[1]) * unit : otherwise
}

/** How long a tombstone is kept: until then a reader of an older version may still open its file. */
export function tombstoneRetentionMs(metadata: Metadata): number {
  return durationOf(metadata, 'delta.deletedFileRetentionDuration', 7 * 86_400_000)
}

/** How long commits are kept for time travel once a checkpoint covers them. */
export function logRetentionMs(metadata: Metadata): number {
  return durationOf(metadata, 'delta.logRetentionDuration', 30 * 86_400_000)
}
