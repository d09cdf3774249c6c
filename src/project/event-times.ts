import { usualTimes } from '../contract/check-event.ts'
import type { Contract } from '../contract/contract.ts'
import type { Faults } from '../contract/declaration.ts'
import { checkKeys, fieldsOf } from './fields.ts'

/** How far the time of an event may be from when it comes; infinite where any will do. */
export interface TimeWindow {
  readonly pastMs: number
  readonly aheadMs: number
}

const unitMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000, year: 31_557_600_000 } as const

/** Reads `times` of a stream: `{ past: '400 days', future: '24 hours' }`, `any` for either or for both. */
export function parseTimes(given: unknown, { time }: Contract, faults: Faults): TimeWindow | undefined {
  if (given === undefined) return time === undefined ? undefined : usualTimes
  if (time === undefined) faults.invalid(['times'], 'times are those of a column: name it with `time`')
  if (given === 'any') return { pastMs: Number.POSITIVE_INFINITY, aheadMs: Number.POSITIVE_INFINITY }
  const fields = fieldsOf(given, ['times'], faults)
  checkKeys(fields, ['past', 'future'], ['times'], 'setting', faults)
  return {
    pastMs: durationOf(fields['past'], ['times', 'past'], faults) ?? usualTimes.pastMs,
    aheadMs: durationOf(fields['future'], ['times', 'future'], faults) ?? usualTimes.aheadMs,
  }
}

function durationOf(given: unknown, path: readonly string[], faults: Faults): number | undefined {
  if (given === undefined) return undefined
  if (given === 'any') return Number.POSITIVE_INFINITY
  const [, count = '', unit = ''] = /^(\d{1,6}) (minute|hour|day|week|year)s?$/.exec(String(given)) ?? []
  if (unit === '')
    return faults.invalid(path, `${path.at(-1)} takes a time as \`400 days\` or \`24 hours\`, or \`any\``)
  return Number(count) * unitMs[unit as keyof typeof unitMs]
}
