const msPerDay = 86_400_000
const microsPerDay = 86_400_000_000
const infiniteDays = 2_147_483_647
const infiniteMicros = 9_223_372_036_854_775_807n
/** Days from 1970-01-01 to 0001-01-01 and to 10000-01-01: what four digits of a year can say. */
const [firstDay, dayAfterLast] = [-719_162, 2_932_897]

/** `YYYY-MM-DD`; outside the years 1 to 9999 as DuckDB writes it: `290000-01-01`, `0044-03-15 (BC)`, `infinity`. */
export function dateText(days: number): string {
  if (days === infiniteDays) return 'infinity'
  if (days === -infiniteDays) return '-infinity'
  if (days >= firstDay && days < dayAfterLast) return new Date(days * msPerDay).toISOString().slice(0, 10)
  // 146,097 days are 400 years to the day: move into JavaScript's range, and the years back
  const cycles = Math.floor(days / 146_097)
  const date = new Date((days - cycles * 146_097) * msPerDay)
  const year = date.getUTCFullYear() + cycles * 400
  const monthDay = date.toISOString().slice(4, 10)
  return year > 0
    ? `${String(year).padStart(4, '0')}${monthDay}`
    : `${String(1 - year).padStart(4, '0')}${monthDay} (BC)`
}

const twoDigits = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'))

/** `YYYY-MM-DDTHH:MM:SS[.ffffff]` and the zone; the day as `dateText` writes it. */
export function timestampText(micros: bigint, zone: 'Z' | '', dayText: (days: number) => string): string {
  if (micros === infiniteMicros) return 'infinity'
  if (micros === -infiniteMicros) return '-infinity'
  const number = Number(micros)
  // a double holds every microsecond of the years 1684 to 2255
  const exact = Number.isSafeInteger(number)
  const inDay = exact ? remainder(number, microsPerDay) : Number(remainderOf(micros, 86_400_000_000n))
  const days = exact ? (number - inDay) / microsPerDay : Number((micros - BigInt(inDay)) / 86_400_000_000n)
  const fraction = inDay % 1_000_000
  const seconds = (inDay - fraction) / 1_000_000
  const clock = `${twoDigits[Math.floor(seconds / 3600)]}:${twoDigits[Math.floor(seconds / 60) % 60]}:${twoDigits[seconds % 60]}`
  return `${dayText(days)}T${clock}${fraction === 0 ? '' : `.${String(fraction).padStart(6, '0')}`}${zone}`
}

function remainder(number: number, by: number): number {
  const rest = number % by
  return rest < 0 ? rest + by : rest
}

function remainderOf(number: bigint, by: bigint): bigint {
  const rest = number % by
  return rest < 0n ? rest + by : rest
}
