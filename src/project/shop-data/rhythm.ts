const hourMs = 3_600_000

/** How busy each hour of a day is, from midnight UTC: a quiet night, a plateau by day, a peak in the afternoon. */
const hours = [7, 12, 25, 38, 44, 49, 52, 52, 51, 55, 53, 52, 55, 63, 63, 68, 66, 66, 48, 37, 21, 12, 7, 5]

/** How busy each day of a week is, from Sunday. */
const weekdays = [1.25, 0.92, 0.9, 0.92, 0.95, 1.05, 1.3]

/** A flash sale: how long it is, and how many come for one who comes otherwise. */
const sale = { lengthMs: 600_000, times: 25 }

/**
 * Times that rise from `startMs` to `endMs` (exclusive, both on a second) with the rhythm of days and weeks: `at(share)`
 * is the instant by which that share of all events has happened. Shares must not fall from call to call. `saleMs`: when
 * a flash sale began.
 */
export function risingTimes(startMs: number, endMs: number, saleMs = endMs): (share: number) => number {
  const slots: { readonly from: number; readonly lengthMs: number; readonly weight: number }[] = []
  for (let from = startMs; from < endMs; ) {
    const edges = [endMs, (Math.floor(from / hourMs) + 1) * hourMs, saleMs, saleMs + sale.lengthMs]
    const next = Math.min(...edges.filter((edge) => edge > from))
    const times = from >= saleMs && from < saleMs + sale.lengthMs ? sale.times : 1
    const instant = new Date(from)
    const busy = (hours[instant.getUTCHours()] as number) * (weekdays[instant.getUTCDay()] as number)
    slots.push({ from, lengthMs: next - from, weight: (busy * times * (next - from)) / hourMs })
    from = next
  }
  const total = slots.reduce((sum, { weight }) => sum + weight, 0)
  let index = 0
  let before = 0
  return (share) => {
    const target = share * total
    let slot = slots[index] as (typeof slots)[number]
    while (target >= before + slot.weight && index < slots.length - 1) {
      before += slot.weight
      slot = slots[++index] as (typeof slots)[number]
    }
    const inside = Math.min(1 - 1e-9, (target - before) / slot.weight)
    return Math.floor(slot.from + inside * slot.lengthMs)
  }
}

const minutesAndSeconds = Array.from(
  { length: 3600 },
  (_, second) => `${String(Math.floor(second / 60)).padStart(2, '0')}:${String(second % 60).padStart(2, '0')} UTC`,
)

/** `2019-11-08 08:14:53 UTC`, quickly for instants that follow each other. */
export function timeText(): (instantMs: number) => string {
  let hour = Number.NaN
  let prefix = ''
  return (instantMs) => {
    const own = Math.floor(instantMs / hourMs)
    if (own !== hour) {
      hour = own
      prefix = new Date(own * hourMs).toISOString().slice(0, 14).replace('T', ' ')
    }
    return prefix + (minutesAndSeconds[Math.floor((instantMs - own * hourMs) / 1000)] as string)
  }
}
