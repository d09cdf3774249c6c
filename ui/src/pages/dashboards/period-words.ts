/** A period as people read it: `last 7 days` → `Last 7 days`, `2026-01-05T09:00/2026-01-06T09:00` → with spaces. */
export function periodWords(period: string): string {
  const [from, to] = period.split('/')
  if (from !== undefined && to !== undefined) return `${plain(from)} – ${plain(to)}`
  return period.charAt(0).toUpperCase() + period.slice(1)
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
