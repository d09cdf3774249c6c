import { offsets } from '../contract/zone.ts'
import { MillraceError } from '../core/errors.ts'

/** What a query reads: the newest of everything, all as of a time, or some tables at a version. */
export interface ReadPoint {
  readonly timestampMs?: number
  /** Table → version; a table that is not among them is read as of the time, or at its newest. */
  readonly versions: Readonly<Record<string, number>>
}

/** The newest of everything. */
export const newest: ReadPoint = { versions: {} }

/**
 * Reads what `--at` was given, once or more: a time, or `table=VERSION` (several with commas). A time without a zone is
 * one of the project's. READ_POINT_INVALID.
 */
export function parseReadPoint(texts: readonly string[], zone: string): ReadPoint {
  const versions: Record<string, number> = {}
  let timestampMs: number | undefined
  for (const text of texts.flatMap((given) => given.split(',')).map((given) => given.trim())) {
    const pinned = /^(.+?)\s*=\s*(\d{1,15})$/.exec(text)
    if (pinned) {
      const [, table, version] = pinned as unknown as [string, string, string]
      if (versions[table] !== undefined) throw invalid(text, `\`${table}\` is given twice`)
      versions[table] = Number(version)
    } else if (text.includes('=')) {
      throw invalid(text, 'a version is a number from 0')
    } else {
      if (timestampMs !== undefined) throw invalid(text, 'a time was given already')
      timestampMs = instantOf(text, zone)
    }
  }
  return { versions, ...(timestampMs !== undefined && { timestampMs }) }
}

function instantOf(text: string, zone: string): number {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,3})?)?)?\s*(Z|[+-]\d\d:?\d\d)?$/i.exec(text)
  const [, date, time = '00:00', seconds = ':00', offset] = match ?? []
  const local = Date.parse(`${date}T${time}${seconds}Z`)
  // Date.parse takes the 31st of every month
  if (!match || Number.isNaN(local) || new Date(local).toISOString().slice(0, 10) !== date)
    throw invalid(text, 'it is neither a time nor table=VERSION')
  if (offset)
    return Date.parse(`${date}T${time}${seconds}${offset.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2').toUpperCase()}`)
  const offsetAt = offsets(zone)
  // the offset of a guess can differ from that of the time itself near a change of the clocks
  const guess = local - offsetAt(local)
  return local - offsetAt(guess)
}

function invalid(text: string, reason: string): MillraceError {
  return new MillraceError('READ_POINT_INVALID', { text, reason })
}
