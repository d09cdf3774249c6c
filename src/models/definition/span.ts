import type { Span } from '../model.ts'

type Part = readonly [keyof Span, number]

const minute: Part = ['micros', 60_000_000]
const hour: Part = ['micros', 3_600_000_000]

const units: Readonly<Record<string, Part>> = {
  minute,
  hour,
  day: ['days', 1],
  week: ['days', 7],
  month: ['months', 1],
  year: ['months', 12],
}

/** Reads `1 day`, `3 hours`, `1 month 12 hours`; undefined where it is no length of time, or none at all. */
export function parseSpan(text: string): Span | undefined {
  const span = { months: 0, days: 0, micros: 0 }
  const parts = [...text.matchAll(/(\d{1,5})\s*([a-z]+?)s?(?:\s+|$)/gy)]
  if (parts.map(([part]) => part).join('') !== text) return undefined
  for (const [, count, unit = ''] of parts) {
    const [field, size] = (Object.hasOwn(units, unit) && units[unit]) || []
    if (!field || !size) return undefined
    span[field] += Number(count) * size
  }
  return span.months + span.days + span.micros > 0 ? span : undefined
}
