import { type Look, reader, type TileData } from './chart.ts'
import { timeLabel, wallClock } from './time.ts'

/** The newest minute, hour or day of an axis of time, where it is not over. */
export interface Unfinished {
  /** Its place on the axis. */
  readonly at: number
  /** `Sun, 22 Nov, 14:00, so far`. */
  readonly text: string
}

/** undefined where the newest values are of what is over, or the answer does not tell. */
export function unfinishedOf(data: TileData, x: string, look: Look): Unfinished | undefined {
  const type = data.columns.find(({ name }) => name === x)?.type ?? ''
  const clock = wallClock(look.timezone)
  const at = clock(data.unfinished)
  if (at === null) return undefined
  const own = reader(data, x)
  const newest = data.rows.reduce((last, row) => Math.max(last, clock(own(row)) ?? last), Number.NEGATIVE_INFINITY)
  if (newest !== at) return undefined
  return { at, text: `${timeLabel(look.locale, type !== 'date')(at)}, so far` }
}
