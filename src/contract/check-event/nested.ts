import type { ColumnType } from '../../core/columns.ts'
import type { Settings } from '../forms/form.ts'
import { type Content, newContent, putByte, putLength } from './content.ts'
import { eachItem, eachMember, hasEscape, putDecoded, putJson } from './json-text.ts'
import { decimalReader, floatingReader, integerReader } from './numbers.ts'
import { outcome, type Reader } from './reader.ts'
import { isNotFinite } from './scan.ts'
import { stringAt, textAt } from './scan-string.ts'
import { readBlob, readBoolean, readUuid, readVarchar } from './texts.ts'
import { dateReader, timeReader } from './times.ts'

/** Reads a JSON value, bytes `start` to `end`, and writes it as `contentSql` does. */
export type JsonReader = (bytes: Uint8Array, start: number, end: number, content: Content) => number

/** What `contentSql` writes for NULL. */
export const nothingByte = 0x7e

/** The reader of a scalar type's text; undefined for json, lists, structs and maps. */
export function scalarReader(type: ColumnType, settings: Settings): Reader | undefined {
  switch (type.kind) {
    case 'boolean':
      return readBoolean
    case 'smallint':
      return integerReader(16)
    case 'integer':
      return integerReader(32)
    case 'bigint':
      return integerReader(64)
    case 'decimal':
      return decimalReader(type.precision, type.scale)
    case 'float':
    case 'double':
      return floatingReader(type.kind === 'float', settings)
    case 'varchar':
      return readVarchar
    case 'date':
      return dateReader(settings)
    case 'timestamptz':
      return timeReader(settings)
    case 'uuid':
      return readUuid
    case 'blob':
      return readBlob
    default:
      return undefined
  }
}

function isNothing(bytes: Uint8Array, start: number): boolean {
  return (bytes[start] === 0x6e && bytes[start + 1] === 0x75) || isNotFinite(bytes, start)
}

/** The reader of a type's JSON, in a list, a struct or a map, or at the top of an event. */
export function jsonReader(type: ColumnType, settings: Settings): JsonReader {
  const read = valueReader(type, settings)
  return (bytes, start, end, content) => {
    if (!isNothing(bytes, start)) return read(bytes, start, end, content)
    putByte(content, nothingByte)
    return outcome.nothing
  }
}

function valueReader(type: ColumnType, settings: Settings): JsonReader {
  switch (type.kind) {
    case 'list':
      return listReader(jsonReader(type.of, settings))
    case 'struct':
      return structReader(
        type.fields.map(({ name }) => name),
        type.fields.map((field) => jsonReader(field.type, settings)),
      )
    case 'map':
      return mapReader(textReader(type.key, settings), jsonReader(type.value, settings))
    case 'json':
      return (bytes, start, end, content) => {
        const from = content.length
        putJson(content, bytes, start, end)
        putLength(content, from)
        return outcome.value
      }
    default: {
      const read = textReader(type, settings)
      const decoded = newContent()
      return (bytes, start, end, content) => {
        const first = bytes[start]
        if (first === 0x7b || first === 0x5b) return outcome.refused
        const before = content.length
        const found =
          first === 0x22
            ? readString(read, bytes, start + 1, end - 1, content, decoded)
            : read(bytes, start, end, content)
        if (found === outcome.nothing) {
          content.length = before
          putByte(content, nothingByte)
        }
        return found
      }
    }
  }
}

/** Reads a string between its quotes, escapes resolved. */
export function readString(
  read: Reader,
  bytes: Uint8Array,
  start: number,
  end: number,
  content: Content,
  decoded: Content,
): number {
  if (!hasEscape(bytes, start, end)) return read(bytes, start, end, content)
  decoded.length = 0
  putDecoded(decoded, bytes, start, end)
  return read(decoded.bytes, 0, decoded.length, content)
}

/** Keys of maps are text, whatever their type. */
function textReader(type: ColumnType, settings: Settings): Reader {
  return scalarReader(type, settings) ?? (() => outcome.refused)
}

function listReader(item: JsonReader): JsonReader {
  return (bytes, start, end, content) => {
    if (bytes[start] !== 0x5b) return outcome.refused
    putByte(content, 0x5b)
    const good = eachItem(bytes, start, end, (from, to) => {
      if (item(bytes, from, to, content) === outcome.refused) return false
      putByte(content, 0x2c)
      return true
    })
    putByte(content, 0x5d)
    return good ? outcome.value : outcome.refused
  }
}

function structReader(names: readonly string[], readers: readonly JsonReader[]): JsonReader {
  const places = new Map(names.map((name, index) => [name, index]))
  return (bytes, start, end, content) => {
    if (bytes[start] !== 0x7b) return outcome.refused
    const found = new Array<number>(names.length * 2).fill(-1)
    eachMember(bytes, start, end, (keyStart, keyEnd, from, to) => {
      const index = places.get(stringAt(bytes, keyStart, keyEnd))
      if (index === undefined) return true
      found[index * 2] = from
      found[index * 2 + 1] = to
      return true
    })
    putByte(content, 0x7b)
    for (const [index, read] of readers.entries()) {
      const from = found[index * 2] as number
      if (from < 0) putByte(content, nothingByte)
      else if (read(bytes, from, found[index * 2 + 1] as number, content) === outcome.refused) return outcome.refused
      putByte(content, 0x2c)
    }
    putByte(content, 0x7d)
    return outcome.value
  }
}

function mapReader(key: Reader, value: JsonReader): JsonReader {
  const decoded = newContent()
  return (bytes, start, end, content) => {
    if (bytes[start] !== 0x7b) return outcome.refused
    const keys = new Set<string>()
    putByte(content, 0x3c)
    const good = eachMember(bytes, start, end, (keyStart, keyEnd, from, to) => {
      const before = content.length
      if (readString(key, bytes, keyStart, keyEnd, content, decoded) !== outcome.value) return false
      const text = textAt(content.bytes, before, content.length)
      if (keys.has(text)) return false
      keys.add(text)
      putByte(content, 0x3d)
      if (value(bytes, from, to, content) === outcome.refused) return false
      putByte(content, 0x2c)
      return true
    })
    putByte(content, 0x3e)
    return good ? outcome.value : outcome.refused
  }
}

/** True where every member of every struct in a value is declared. */
export function isDeclared(type: ColumnType, bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start]
  switch (type.kind) {
    case 'list':
      return first !== 0x5b || eachItem(bytes, start, end, (from, to) => isDeclared(type.of, bytes, from, to))
    case 'map':
      return (
        first !== 0x7b || eachMember(bytes, start, end, (_, __, from, to) => isDeclared(type.value, bytes, from, to))
      )
    case 'struct':
      return (
        first !== 0x7b ||
        eachMember(bytes, start, end, (keyStart, keyEnd, from, to) => {
          const key = stringAt(bytes, keyStart, keyEnd)
          const field = type.fields.find(({ name }) => name === key)
          return field !== undefined && isDeclared(field.type, bytes, from, to)
        })
      )
    default:
      return true
  }
}
