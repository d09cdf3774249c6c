import { stringifyExact } from '../../core/json.ts'
import type { Value } from '../../core/values.ts'

/** How people read a number of ours; JSON always keeps the number itself. */
export type Unit = 'bytes' | 'count' | 'ms'

/** One line of text for a value. Control characters become visible: data must not steer the terminal. */
export function valueText(value: Value | undefined, unit?: Unit): string {
  if (value === null || value === undefined) return 'NULL'
  if (unit !== undefined && (typeof value === 'number' || typeof value === 'bigint')) return unitText(value, unit)
  if (typeof value === 'string') return unit === 'count' ? grouped(value) : visible(value)
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`
  if (typeof value === 'object') return visible(stringifyExact(jsonValue(value)))
  return String(value)
}

/** The digits of a decimal by threes, none lost; other text as it is. */
function grouped(text: string): string {
  const [, whole = '', fraction = ''] = /^(-?\d+)(\.\d+)?$/.exec(text) ?? []
  return whole === '' ? visible(text) : `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${fraction}`
}

/** A value as JSON has it: bytes as base64, NaN and infinities as text. */
export function jsonValue(value: Value | undefined): unknown {
  if (value === undefined) return null
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (Array.isArray(value)) return value.map((item: Value) => jsonValue(item))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, jsonValue(item)]))
  return value
}

/** `1,234`, `1.3 GB`, `250 ms`, `2.1 s`. */
export function unitText(value: number | bigint, unit: Unit): string {
  switch (unit) {
    case 'count':
      return value.toLocaleString('en-US')
    case 'bytes':
      return bytesText(Number(value))
    case 'ms':
      return durationText(Number(value))
  }
}

/** `1 file`, `1,234 files`. */
export function filesText(count: number): string {
  return countText(count, 'file')
}

/** `1 row`, `1,234 rows`, of a noun that takes an s. */
export function countText(count: number, noun: string): string {
  return `${unitText(count, 'count')} ${noun}${count === 1 ? '' : 's'}`
}

function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const step = Math.min(4, Math.floor(Math.log10(bytes) / 3))
  const size = bytes / 1000 ** step
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${['B', 'kB', 'MB', 'GB', 'TB'][step]}`
}

function durationText(ms: number): string {
  if (Math.round(ms) < 1000) return `${Math.round(ms)} ms`
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

const controls: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Sentences of ours that may quote data, a path or SQL: their lines stay lines, nothing else steers the terminal. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n')
}

function visible(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (char) => controls[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
