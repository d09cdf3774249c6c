import { erasOf, offsets } from './zone.ts'

/**
 * Seconds UTC of seconds of local time, as `utcMicros` works them out in SQL: a time that the zone has twice is the
 * earlier one, one that it skips is none. Before 1900 and after 2099 Node's calendar is asked, DuckDB's there.
 */
export function wallClock(zone: string): (localSeconds: number) => number | undefined {
  const eras = erasOf(zone)
  const [first, last] = [Date.UTC(1900, 0, 2) / 1000, Date.UTC(2099, 11, 31) / 1000]
  const fixed = eras.length === 1 ? (eras[0]?.offsetMs ?? 0) / 1000 : undefined
  if (fixed === 0) return (local) => local
  const calendar = offsets(zone)
  const far = (local: number): number => {
    const before = calendar((local - 86_400) * 1000)
    const guess = local - before / 1000
    return calendar(guess * 1000) === before ? guess : local - calendar(guess * 1000) / 1000
  }
  const ends = eras.map((era, index) => (era.fromMs + (eras[index - 1] ?? era).offsetMs) / 1000)
  const begins = eras.map((era) => (era.fromMs + era.offsetMs) / 1000)
  const ahead = eras.map((era) => era.offsetMs / 1000)
  /** Where the last time was: the next one is mostly beside it. */
  let near = 0
  return (local) => {
    if (local < first || local >= last) return far(local)
    if (fixed !== undefined) return local - fixed
    if (local < (ends[near] as number) || local >= (ends[near + 1] ?? last)) {
      let [low, high] = [0, eras.length - 1]
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if ((ends[middle] as number) <= local) low = middle
        else high = middle - 1
      }
      near = low
    }
    return local < (begins[near] as number) ? undefined : local - (ahead[near] as number)
  }
}
