/** A period as people read it: `last 7 days` → `Last 7 days`, `2026-01-05T09:00/2026-01-06T09:00` → with spaces. */
export function periodWords(period: string): string {
  const [from, to] = period.split('/')
  if (from !== undefined && to !== undefined) return `${plain(from)} – ${plain(to)}`
  return period.charAt(0).toUpperCase() + period.slice(1)
}

const nows = { hour: 'This hour', day: 'Today', month: 'This month' } as const

/** What a period that goes on begins with, as the server has it: whole hours, days or months; up to 6 hours are of minutes. */
export function periodSteps(period: string): string | undefined {
  const [, count, unit] = /^last (\d+) (hour|day|month)s$/i.exec(period) ?? []
  const before = Number(count) - 1
  if (unit === undefined || before < 1 || (unit === 'hour' && before < 6)) return undefined
  return `${nows[unit as keyof typeof nows]} and the ${before} before`
}

function plain(time: string): string {
  return time.replace('T', ' ').replace(/:00(?:\.0+)?$/, (end) => (time.length > 16 ? '' : end))
}

/** The bounds of a period in the form of a field for dates and times; empty where it is none that is written so. */
export function boundsOf(period: string): readonly [from: string, to: string] {
  const [from = '', to = ''] = period.split('/')
  return to === '' ? ['', ''] : [atMinute(from), atMinute(to)]
}

function atMinute(time: string): string {
  return time.length === 10 ? `${time}T00:00` : time.slice(0, 16).replace(' ', 'T')
}
