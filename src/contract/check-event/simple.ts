import type { Contract, ContractColumn } from '../contract.ts'
import { isNested } from '../forms.ts'
import type { Layout } from './columns.ts'
import { closingQuote } from './json-text.ts'
import { isDeclared } from './nested.ts'
import { kinds } from './scan-state.ts'

/** Whether the SQL for simple events reads a value as the SQL for all others does. The value was found good. */
export type SimpleTest = (bytes: Uint8Array, kind: number, start: number, end: number) => boolean

/** False where a column may be found under more keys than one, or a key belongs to two columns. */
export function hasSimpleEvents({ places }: Layout): boolean {
  const whole = places.filter(({ steps }) => steps.length === 0).map(({ slot }) => slot)
  return places.every(({ others }) => others.length === 0) && new Set(whole).size === whole.length
}

export function simpleTest({ type }: ContractColumn, { unknown }: Contract): SimpleTest {
  const isJson = type.kind === 'json'
  const nested = isNested(type)
  const isNumber = ['smallint', 'integer', 'bigint', 'decimal', 'float', 'double'].includes(type.kind)
  return (bytes, kind, start, end) => {
    switch (kind) {
      case kinds.string:
        // its quotes are a part of the value
        return !isJson
      case kinds.number:
        return keepsNumber(bytes, start, end, !isNumber)
      case kinds.object:
      case kinds.array:
        // a struct with more than is declared is in `extra` too
        return (
          keepsNumbers(bytes, start, end) && !(nested && unknown === 'keep' && !isDeclared(type, bytes, start, end))
        )
      default:
        return true
    }
  }
}

/**
 * True where DuckDB, which reads numbers with a point as doubles, writes this one as the same number, and for `asText` with
 * the same digits. See forms/json-text.ts: it is at least as strict, but for whole numbers, which are read as such.
 */
function keepsNumber(bytes: Uint8Array, start: number, end: number, asText: boolean): boolean {
  if (bytes[start] === 0x2d && bytes[start + 1] === 0x30) return false
  let point = -1
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number
    if (byte === 0x2e) point = at
    else if ((byte | 0x20) === 0x65) return false
  }
  if (point < 0) return end - start <= 19
  if (end - start > 16 || (asText && bytes[end - 1] === 0x30)) return false
  let zeros = point + 1
  while (zeros < end && bytes[zeros] === 0x30) zeros++
  return zeros - point <= 4
}

/** The same of every number in an object or a list. */
function keepsNumbers(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number
    if (byte === 0x22) at = closingQuote(bytes, at + 1)
    else if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) {
      const from = at
      while (at + 1 < end && isOfNumber(bytes[at + 1] as number)) at++
      if (!keepsNumber(bytes, from, at + 1, true)) return false
    }
  }
  return true
}

function isOfNumber(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || byte === 0x2e || byte === 0x2b || byte === 0x2d || (byte | 0x20) === 0x65
}
