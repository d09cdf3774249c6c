import { isZone, offsets } from '../contract/zone.ts'
import { bucketOriginMs, type TraceStep } from '../sql/trace.ts'
import { instantOfLocal, localDate, startOf, type Unit } from './period.ts'

/** How the values of a column are made of a time of the rows that are read. */
export interface MadeOfTime {
  /** The type of that time. */
  readonly from: 'date' | 'timestamptz'
  /** Innermost first. */
  readonly steps: readonly TraceStep[]
}

/**
 * The value that a column has in a row of this very moment, as answers write it: the start of the minute, hour or day
 * that is not over yet. undefined where the column is no such start, or is made in several ways that differ.
 */
export function unfinishedAt(ms: number, made: readonly MadeOfTime[], timezone: string): string | undefined {
  const found = new Set(made.map((each) => startAt(ms, each, timezone)))
  return found.size === 1 ? [...found][0] : undefined
}

const units: readonly string[] = ['minute', 'hour', 'day', 'week', 'month', 'year'] satisfies readonly Unit[]

function isUnit(text: string): text is Unit {
  return units.includes(text)
}

/** The engine casts and rounds instants by the clocks of UTC. */
function startAt(ms: number, { from, steps }: MadeOfTime, timezone: string): string | undefined {
  let kind: 'date' | 'timestamp' | 'timestamptz' = from
  // a date is a day of the project
  let at = from === 'date' ? Date.parse(localDate(ms, timezone)) : ms
  let isStart = from === 'date'
  for (const step of steps) {
    switch (step.kind) {
      case 'cast':
        kind = step.to
        if (kind !== 'date') break
        at = startOf(at, 'day', 'UTC')
        isStart = true
        break
      case 'trunc':
        if (!isUnit(step.unit)) return undefined
        at = startOf(at, step.unit, 'UTC')
        isStart = true
        if (kind === 'date') kind = 'timestamp'
        break
      case 'bucket':
        at = bucketOriginMs + Math.floor((at - bucketOriginMs) / step.ms) * step.ms
        isStart = true
        break
      case 'zone':
        if (kind === 'date' || !isZone(step.zone)) return undefined
        at = kind === 'timestamptz' ? at + offsets(step.zone)(at) : instantOfLocal(at, step.zone)
        kind = kind === 'timestamptz' ? 'timestamp' : 'timestamptz'
        break
      default:
        return step satisfies never
    }
  }
  if (!isStart) return undefined
  const text = new Date(at).toISOString()
  return kind === 'date' ? text.slice(0, 10) : kind === 'timestamp' ? text.slice(0, -1) : text
}
