/** Whole seconds since 1970, and microseconds after them. */
export interface Instant {
  seconds: number
  micros: number
}

/** The number of digits `at` to before `end`; -1 where one is none. */
export function digitsAt(bytes: Uint8Array, at: number, end: number): number {
  let value = 0
  for (let place = at; place < end; place++) {
    const digit = (bytes[place] as number) ^ 0x30
    if (digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Days since 1970 of a date that exists in the years 1 to 9999; undefined. */
export function dayNumber(year: number, month: number, day: number): number | undefined {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return undefined
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 1 : 0
  if (day > (monthDays[month - 1] as number) + leap) return undefined
  return daysBefore(year, month, day)
}

/** Days since 1970 in the proleptic Gregorian calendar (Howard Hinnant, chrono-Compatible Low-Level Date Algorithms). */
function daysBefore(year: number, month: number, day: number): number {
  const from = month <= 2 ? year - 1 : year
  const era = Math.floor(from / 400)
  const ofEra = from - era * 400
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468
}

/** How far ahead of UTC the zone is that fills the rest of the text; undefined where it is none. */
export function zoneSeconds(bytes: Uint8Array, at: number, end: number): number | undefined {
  const length = end - at
  const [first, second, third] = [bytes[at], bytes[at + 1], bytes[at + 2]]
  if (length === 1) return first === 0x5a ? 0 : undefined
  if (length === 3 && first === 0x55 && second === 0x54 && third === 0x43) return 0
  if (length === 3 && first === 0x47 && second === 0x4d && third === 0x54) return 0
  if ((first !== 0x2b && first !== 0x2d) || (length !== 3 && length !== 5 && length !== 6)) return undefined
  if (length === 6 && bytes[at + 3] !== 0x3a) return undefined
  const hours = digitsAt(bytes, at + 1, at + 3)
  const minutes = length === 3 ? 0 : digitsAt(bytes, end - 2, end)
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return undefined
  return (first === 0x2d ? -60 : 60) * (hours * 60 + minutes)
}
