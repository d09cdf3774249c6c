const hourMs = 3_600_000

/** How busy each hour of a day is, from midnight UTC: a quiet night, a plateau by day, a peak in the afternoon. */
const hours = [7, 12, 25, 38, 44, 49, 52, 52, 51, 55, 53, 52, 55, 63, 63, 68, 66, 66, 48, 37, 21, 12, 7, 5]

/** How busy each day of a week is, from Sunday. */
const weekdays = [1.25, 0.92, 0.9, 0.92, 0.95, 1.05, 1.3]

/** A flash sale: how long it is, and how many come for one who comes otherwise. */
const sale = { lengthMs: 600_000, times: 6 }

/** When events happen. */
export interface Rhythm {
  readonly startMs: number
  readonly endMs: number
  /** When a flash sale began. */
  readonly saleMs?: number
  /** A shop that has just taken off: many times as many come at the end as at the beginning, and they come from everywhere. */
  readonly isGrowing?: boolean
}

/** How busy an hour is beside others, without sales. */
function busyAt(instantMs: number, { startMs, endMs, isGrowing = false }: Rhythm): number {
  const instant = new Date(instantMs)
  const hour = hours[instant.getUTCHours()] as number
  const weekday = weekdays[instant.getUTCDay()] as number
  if (!isGrowing) return hour * weekday
  const age = Math.min(1, (instantMs - startMs) / (endMs - startMs))
  // where it is night for some it is day for others
  return (hour + 60) * weekday * (0.05 + 0.95 * age ** 4)
}

interface Slot {
  readonly from: number
  readonly lengthMs: number
  readonly weight: number
}

/** Spans in which all is equally busy; their weights are in what `busyAt` says of an hour. */
function slotsOf(rhythm: Rhythm): readonly Slot[] {
  const { startMs, endMs, saleMs = endMs } = rhythm
  const slots: Slot[] = []
  for (let from = startMs; from < endMs; ) {
    const edges = [endMs, (Math.floor(from / hourMs) + 1) * hourMs, saleMs, saleMs + sale.lengthMs]
    const next = Math.min(...edges.filter((edge) => edge > from))
    const times = from >= saleMs && from < saleMs + sale.lengthMs ? sale.times : 1
    slots.push({ from, lengthMs: next - from, weight: (busyAt(from, rhythm) * times * (next - from)) / hourMs })
    from = next
  }
  return slots
}

function totalOf(slots: readonly Slot[]): number {
  return slots.reduce((sum, { weight }) => sum + weight, 0)
}

/**
 * Times that rise from `startMs` to `endMs` (exclusive, both on a second) with the rhythm of days and weeks: `at(share)`
 * is the instant by which that share of all events has happened. Shares must not fall from call to call.
 */
export function risingTimes(rhythm: Rhythm): (share: number) => number {
  const slots = slotsOf(rhythm)
  const total = totalOf(slots)
  let index = 0
  let before = 0
  return (share) => {
    const target = share * total
    let slot = slots[index] as Slot
    while (target >= before + slot.weight && index < slots.length - 1) {
      before += slot.weight
      slot = slots[++index] as Slot
    }
    const inside = Math.min(1 - 1e-9, (target - before) / slot.weight)
    return Math.floor(slot.from + inside * slot.lengthMs)
  }
}

/** How many events a second so many rows of a rhythm go on with, at an instant after its end. */
export function pace(rhythm: Rhythm, rows: number): (instantMs: number) => number {
  const perHour = rows / totalOf(slotsOf(rhythm))
  return (instantMs) => (perHour * busyAt(instantMs, rhythm)) / 3600
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
