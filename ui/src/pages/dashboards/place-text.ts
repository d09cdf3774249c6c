import type { RowPlace } from '../../../../src/api/dashboards.ts'

/** Where a row came from: `data/2026-11-20.csv:12`, `events at 41`, `events, id 018f…`. */
export function placeText(place: RowPlace | undefined): string {
  if (!place) return ''
  const { table, file, line, id, offset } = place
  if (file !== null) return line === null ? file : `${file}:${line}`
  if (offset !== null) return `${table} at ${offset}`
  return id === null ? table : `${table}, ${id.slice(0, 8)}…`
}
