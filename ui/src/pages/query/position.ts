import type { QueryAnswer } from '../../../../src/api/query.ts'
import { count } from '../../data/format.ts'

/** What an answer was read from, in words: the version of each table, and up to where each stream. */
export function positionText({ versions, offsets }: QueryAnswer['position']): string {
  const names = [...new Set([...Object.keys(versions), ...Object.keys(offsets)])].sort()
  return names
    .map((name) => {
      const [version, offset] = [versions[name], offsets[name]]
      const parts = [
        version !== undefined && `version ${count(version)}`,
        offset !== undefined && `all before offset ${count(offset)}`,
      ]
      return `${name} ${parts.filter(Boolean).join(', ')}`
    })
    .join(' · ')
}

/** Below a second to the millisecond, above it to the hundredth of a second. */
export function elapsedText(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`
}
