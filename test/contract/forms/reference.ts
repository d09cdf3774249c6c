/**
 * The rules of every type in JavaScript, written from the documentation and not from the SQL. `undefined`: the text is
 * refused; null: it means NULL; else the value as DuckDB prints it, or a number.
 */
export type Reading = string | number | null | undefined

/** Spaces and tabs around a value are no part of it, and nothing at all is NULL. */
function bare(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, '')
}

export function readInteger(bits: number): (text: string) => Reading {
  return (text) => {
    const given = bare(text)
    if (given === '') return null
    const [digits = '', fraction = ''] = given.split('.', 2)
    if (given.split('.').length > 2 || !/^[+-]?[0-9]+$/.test(digits) || !/^0*$/.test(fraction)) return undefined
    const value = BigInt(digits.replace('+', ''))
    return BigInt.asIntN(bits, value) === value ? String(value) : undefined
  }
}

export function readDecimal(precision: number, scale: number): (text: string) => Reading {
  return (text) => {
    const given = bare(text)
    if (given === '') return null
    const found = /^([+-]?)([0-9]*)(\.?)([0-9]*)$/.exec(given)
    if (!found) return undefined
    const [, sign, whole = '', , fraction = ''] = found
    if (whole + fraction === '') return undefined
    const kept = fraction.slice(0, scale).padEnd(scale, '0')
    if (/[1-9]/.test(fraction.slice(scale))) return undefined
    const unscaled = BigInt(`${whole}${kept}`)
    if (unscaled >= 10n ** BigInt(precision)) return undefined
    const digits = String(unscaled).padStart(scale + 1, '0')
    const shown = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
    return sign === '-' && unscaled !== 0n ? `-${shown}` : shown
  }
}

export function readFloating(round: (value: number) => number): (text: string) => Reading {
  return (text) => {
    const given = bare(text)
    if (given === '' || /^[+-]?(nan|inf|infinity)$/i.test(given)) return null
    if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(given)) return undefined
    const value = round(Number(given))
    return Number.isFinite(value) ? value : undefined
  }
}

export function readBoolean(text: string): Reading {
  const given = bare(text).toLowerCase()
  if (given === '') return null
  if (['true', 't', 'yes', 'y', 'on', '1'].includes(given)) return 'true'
  return ['false', 'f', 'no', 'n', 'off', '0'].includes(given) ? 'false' : undefined
}

/** Days since 1970 of a date that exists in the years 1 to 9999. */
function dayOf(year: number, month: number, day: number): number | undefined {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  const same = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return same && year >= 1 ? date.getTime() / 86_400_000 : undefined
}

export function readDate(text: string): Reading {
  const given = bare(text)
  if (given === '') return null
  const found = /^(\d{4})-(\d\d)-(\d\d)(?:[T ]00:00(?::00(?:\.0*)?)?)?$/.exec(given)
  if (!found || dayOf(Number(found[1]), Number(found[2]), Number(found[3])) === undefined) return undefined
  return given.slice(0, 10)
}

/** Microseconds since 1970 as text. */
export function readTime(zone: string): (text: string) => Reading {
  const clock = clockOf(zone)
  return (text) => {
    const given = bare(text)
    if (given === '') return null
    const [, year, month, dom, time, offset] =
      /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?$/.exec(given) ??
      []
    const day = dayOf(Number(year), Number(month), Number(dom))
    if (day === undefined) return undefined
    const [hours = 0, minutes = 0, seconds = '0'] = time?.split(':') ?? []
    if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) >= 60) return undefined
    const [whole = '0', fraction = ''] = String(seconds).split('.')
    if (/[1-9]/.test(fraction.slice(6))) return undefined
    const localMs = day * 86_400_000 + (Number(hours) * 60 + Number(minutes)) * 60_000 + Number(whole) * 1000
    const utcMs = offset === undefined ? clock(localMs) : localMs - offsetMs(offset)
    if (utcMs === undefined || Number.isNaN(utcMs)) return undefined
    const micros = BigInt(utcMs) * 1000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'))
    return micros < -62_135_596_800_000_000n || micros > 253_402_300_799_999_999n ? undefined : String(micros)
  }
}

function offsetMs(offset: string): number {
  if (/[A-Z]/.test(offset)) return 0
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(offset) ?? []
  if (Number(hours) > 23 || Number(minutes) > 59) return Number.NaN
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}

/** Local milliseconds → the earliest instant at which the clocks of the zone show them; none when they are skipped. */
function clockOf(zone: string): (localMs: number) => number | undefined {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
  const shows = (ms: number) => {
    const [date = '', time = ''] = format.format(ms).split(' ')
    const [year = '', month, day] = date.split('-')
    // a day before the last year that can be written ends, clocks show one that needs more digits
    const full = year.length > 4 ? `+${year.padStart(6, '0')}` : year.padStart(4, '0')
    return Date.parse(`${full}-${month}-${day}T${time}Z`)
  }
  return (localMs) => {
    const wanted = Math.floor(localMs / 1000) * 1000
    const offsets = [-36, -12, 0, 12, 36].map((hours) => {
      const at = wanted + hours * 3_600_000
      return shows(at) - at
    })
    const instants = offsets.map((ahead) => wanted - ahead).filter((ms) => shows(ms) === wanted)
    return instants.length === 0 ? undefined : Math.min(...instants) + (localMs - wanted)
  }
}

export function readUuid(text: string): Reading {
  const given = bare(text).toLowerCase()
  if (given === '') return null
  const plain = /^\{.*\}$/.test(given) ? given.slice(1, -1) : given
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(plain)) return plain
  return /^[0-9a-f]{32}$/.test(given) ? given.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') : undefined
}

export function readJson(text: string): Reading {
  if (bare(text) === '') return null
  try {
    const lone = (value: unknown): boolean =>
      typeof value === 'string'
        ? !value.isWellFormed()
        : typeof value === 'object' && value !== null && Object.entries(value).some((pair) => pair.some(lone))
    return lone(JSON.parse(text)) ? undefined : text
  } catch {
    return undefined
  }
}

export function readBlob(text: string): Reading {
  const given = bare(text)
  if (given === '') return null
  if (/^\\x([0-9a-fA-F]{2})*$/.test(given)) return given.slice(2).toLowerCase()
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(given) || given.length % 4 !== 0) return undefined
  return Buffer.from(given, 'base64').toString('hex')
}
