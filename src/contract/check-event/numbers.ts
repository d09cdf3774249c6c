import type { Settings } from '../forms/form.ts'
import { putAscii, putByte, putBytes } from './content.ts'
import { isDigit, latin, outcome, type Reader, trimEnd, trimStart } from './reader.ts'

const [minus, plus, point, zero] = [0x2d, 0x2b, 0x2e, 0x30]

function digitsEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from
  while (at < end && ((bytes[at] as number) ^ 0x30) < 10) at++
  return at
}

function onlyZeros(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] !== zero) return false
  return true
}

/** Whole numbers of so many bits, written without sign of plus and first zeros. */
export function integerReader(bits: 16 | 32 | 64): Reader {
  const limits = [(1n << BigInt(bits - 1)) - 1n, 1n << BigInt(bits - 1)].map((limit) => String(limit))
  return (bytes, from, to, content) => {
    const start = trimStart(bytes, from, to)
    const end = trimEnd(bytes, start, to)
    if (start === end) return outcome.nothing
    const negative = bytes[start] === minus
    const first = negative || bytes[start] === plus ? start + 1 : start
    const last = digitsEnd(bytes, first, end)
    if (last === first) return outcome.refused
    if (last < end && (bytes[last] !== point || !onlyZeros(bytes, last + 1, end))) return outcome.refused
    let lead = first
    while (lead < last - 1 && bytes[lead] === zero) lead++
    const limit = limits[negative ? 1 : 0] as string
    if (last - lead > limit.length) return outcome.refused
    if (last - lead === limit.length && latin(bytes, lead, last) > limit) return outcome.refused
    if (negative && bytes[lead] !== zero) putByte(content, minus)
    putBytes(content, bytes, lead, last)
    return outcome.value
  }
}

/** Decimals, written with all digits of their scale. */
export function decimalReader(precision: number, scale: number): Reader {
  return (bytes, from, to, content) => {
    const start = trimStart(bytes, from, to)
    const end = trimEnd(bytes, start, to)
    if (start === end) return outcome.nothing
    const negative = bytes[start] === minus
    const first = negative || bytes[start] === plus ? start + 1 : start
    const whole = digitsEnd(bytes, first, end)
    const begin = bytes[whole] === point && whole < end ? whole + 1 : whole
    const last = digitsEnd(bytes, begin, end)
    if (last < end || (whole === first && last === begin)) return outcome.refused
    const kept = Math.min(begin + scale, last)
    if (!onlyZeros(bytes, kept, last)) return outcome.refused
    let lead = first
    while (lead < whole && bytes[lead] === zero) lead++
    if (whole - lead > precision - scale) return outcome.refused
    if (negative && !(lead === whole && onlyZeros(bytes, begin, kept))) putByte(content, minus)
    if (lead === whole) putByte(content, zero)
    else putBytes(content, bytes, lead, whole)
    if (scale === 0) return outcome.value
    putByte(content, point)
    putBytes(content, bytes, begin, kept)
    for (let digit = kept - begin; digit < scale; digit++) putByte(content, zero)
    return outcome.value
  }
}

const notFinite = /^[+-]?(?:nan|inf(?:inity)?)$/i
const written = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i
const powers = Array.from({ length: 16 }, (_, index) => 10 ** index)

/** Binary numbers: the nearest one to the text. */
export function floatingReader(single: boolean, settings: Settings): Reader {
  return (bytes, from, to, content) => {
    const start = trimStart(bytes, from, to)
    const end = trimEnd(bytes, start, to)
    if (start === end) return outcome.nothing
    let number = shortNumber(bytes, start, end)
    if (number === undefined) {
      const text = latin(bytes, start, end)
      if (!written.test(text))
        return settings.nan === 'null' && notFinite.test(text) ? outcome.nothing : outcome.refused
      number = single ? nearestSingle(text) : Number(text)
    } else if (single) number = Math.fround(number)
    if (!Number.isFinite(number)) return outcome.refused
    putAscii(content, doubleText(number))
    return outcome.value
  }
}

/** The number of up to 15 digits with a point or without: exact, as both parts of the fraction are. */
function shortNumber(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (end - start > 15) return undefined
  let value = 0
  let decimals = -1
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number
    if (isDigit(byte)) {
      value = value * 10 + byte - 0x30
      if (decimals >= 0) decimals++
    } else if (byte === point && decimals < 0 && at > start) decimals = 0
    else return undefined
  }
  return decimals > 0 ? value / (powers[decimals] as number) : value
}

/** Rounded once: by way of a double, a text next to the middle of two singles would be rounded twice. */
function nearestSingle(text: string): number {
  const double = Number(text)
  const single = Math.fround(double)
  if (single === double || !Number.isFinite(double)) return single
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, double)
  const tiny = Math.abs(double) < 2 ** -126
  if (!tiny && (bits.getUint32(4) & 0x1fffffff) !== 0x10000000) return single
  const other = neighbour(single, double > single ? 1 : -1)
  // the middle of the two, and the text itself, exactly
  const middle = (single + other) / 2
  if (middle !== double) return single
  const side = compareDecimal(text, double)
  if (side === 0) return single
  return side > 0 === other > single ? other : single
}

function neighbour(single: number, direction: number): number {
  const view = new DataView(new ArrayBuffer(4))
  view.setFloat32(0, single)
  const bits = view.getInt32(0)
  if (single === 0) return direction * 2 ** -149
  view.setInt32(0, bits + (single > 0 === direction > 0 ? 1 : -1))
  return view.getFloat32(0)
}

/** The sign of text − number, exactly. */
function compareDecimal(text: string, number: number): number {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.replace(/^[+-]/, '').split('.')
  const all = `${whole}${fraction}`.replace(/^0+/, '')
  // no double has more digits; of the others only counts whether they are all zeros
  const kept = all.length <= 1200 ? all : all.slice(0, 1200) + (/[1-9]/.test(all.slice(1200)) ? '1' : '0')
  let numerator = BigInt(kept)
  let denominator = 1n
  const power = Number(exponent) - fraction.length + all.length - kept.length
  if (Math.abs(power) > 5000) return 0
  if (power >= 0) numerator *= 10n ** BigInt(power)
  else denominator = 10n ** BigInt(-power)
  // a double is an integer over 2^1074 at most
  const [scaled, shift] = toInteger(Math.abs(number))
  const difference = numerator * (1n << BigInt(shift)) - scaled * denominator
  const sign = difference > 0n ? 1 : difference < 0n ? -1 : 0
  return text.startsWith('-') ? -sign : sign
}

function toInteger(number: number): [bigint, number] {
  let [value, shift] = [number, 0]
  while (!Number.isInteger(value)) {
    value *= 2
    shift++
  }
  return [BigInt(value), shift]
}

/** The shortest digits that are the number, as DuckDB writes them: `100.0`, `1e+16`, `1.5e-07`. */
export function doubleText(number: number): string {
  if (number === 0) return Object.is(number, -0) ? '-0.0' : '0.0'
  const size = Math.abs(number)
  const text = String(number)
  if (size >= 1e-4 && size < 1e16) return Number.isInteger(number) ? `${text}.0` : text
  const [digits = '', exponent = ''] = number.toExponential().split('e')
  const power = exponent.slice(1)
  return `${digits}e${exponent[0]}${power.length < 2 ? `0${power}` : power}`
}
