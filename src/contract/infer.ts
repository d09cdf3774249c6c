import { type ColumnType, typeText } from '../core/columns.ts'
import { extraColumn } from './contract.ts'
import { epochNote, epochOf, epochRule } from './infer-epoch.ts'

/** A field of a sample: its name in the file, undefined where the file has none, and its texts; null where it has none. */
export interface SampledField {
  readonly name: string | undefined
  readonly values: readonly (string | null)[]
  /** Its type, where the file says it. Then `values` need not be all of them: the least and the greatest will do. */
  readonly type?: ColumnType
}

/** A column as it would be declared. */
export interface InferredColumn {
  readonly name: string
  readonly type: string
  /** The field's name, where it cannot be the column's. */
  readonly from?: string
  readonly format?: string
  readonly nulls?: readonly string[]
}

/** Texts that stand for nothing in files of many tools; taken so only where the rest of a column has a type. */
const placeholders = [
  'NULL',
  'null',
  '\\N',
  'NA',
  'N/A',
  'n/a',
  'None',
  'none',
  '-',
  '--',
  '?',
  '#N/A',
  'nil',
  '(null)',
]

/**
 * Columns that load the sample, and no more than it shows: what could be a name or a code stays text (leading zeros, a
 * plus sign, numbers beyond 64 bits, 0 and 1), an order of day and month is told only where the sample proves it,
 * numbers are times only where name and values say so, and no column is `not null`. One thing does not load: among a
 * hundred dates or more with the year first, one in a hundred may be of a day that does not exist.
 */
export function inferColumns(fields: readonly SampledField[]): readonly InferredColumn[] {
  const taken = new Set<string>([extraColumn.name])
  return fields.map(({ name: field, values, type }, index) => {
    const name = freeName(columnName(field, index), taken)
    const texts = values.filter((value): value is string => value !== null && value.trim() !== '')
    const from = field === undefined || field.trim() === name ? {} : { from: field }
    return { name, ...(type ? statedType(field, type, texts) : typeOf(field, texts)), ...from }
  })
}

/** The columns as the project file writes them, one a line. */
export function columnsText(columns: readonly InferredColumn[], indent = ''): string {
  return columns
    .map(({ name, type, ...options }) => {
      const pairs = Object.entries(options).map(([word, option]) => `${word}: ${literal(option)}`)
      const text = pairs.length === 0 ? literal(type) : `column(${literal(type)}, { ${pairs.join(', ')} })`
      const note = options.format === undefined ? undefined : epochNote(options.format)
      return `${indent}${key(name)}: ${text},${note === undefined ? '' : ` // ${note}`}\n`
    })
    .join('')
}

/** The rules that inferred columns bring along, as the project file writes them, one a line. */
export function rulesText(columns: readonly InferredColumn[], indent = ''): string {
  const taken = new Set<string>()
  return columns
    .filter(({ format }) => format !== undefined && epochNote(format) !== undefined)
    .map(({ name }) => {
      const word = name
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '_')
        .replace(/^_+|_+$/g, '')
      return `${indent}${freeName(`${word}_is_a_time`, taken)}: ${literal(epochRule(name))},\n`
    })
    .join('')
}

function key(name: string): string {
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) ? name : literal(name)
}

function literal(option: string | readonly string[]): string {
  if (typeof option !== 'string') return `[${option.map(literal).join(', ')}]`
  return `'${option.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}'`
}

/** A field's name without what a column's cannot have. */
function columnName(field: string | undefined, index: number): string {
  const plain = (field ?? '').trim()
  if (plain !== '' && !plain.startsWith('_') && !/[\s,;{}()=."]/.test(plain)) return plain
  const word = plain
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase()
  return word === '' ? `column_${index + 1}` : word
}

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted
  for (let count = 2; taken.has(name.toLowerCase()); count++) name = `${wanted}_${count}`
  taken.add(name.toLowerCase())
  return name
}

type Typed = Pick<InferredColumn, 'type' | 'format' | 'nulls'>

/** What the file says, but for whole numbers that are times: few files have a type for those. */
function statedType(field: string | undefined, type: ColumnType, texts: readonly string[]): Typed {
  const epoch = isWhole(type) ? epochOf(field, texts) : undefined
  return epoch ? { type: 'timestamptz', format: epoch } : { type: typeText(type) }
}

/** True of a type whose values all lie between the least and the greatest, and have no fraction. */
export function isWhole({ kind }: ColumnType): boolean {
  return kind === 'smallint' || kind === 'integer' || kind === 'bigint'
}

function typeOf(field: string | undefined, texts: readonly string[]): Typed {
  const type = strictType(field, texts)
  if (type) return type
  const rest = texts.filter((text) => !placeholders.includes(text.trim()))
  const without = rest.length < texts.length ? strictType(field, rest) : undefined
  if (!without) return { type: 'varchar' }
  const nulls = placeholders.filter((placeholder) => texts.some((text) => text.trim() === placeholder))
  return { ...without, nulls: ['', ...nulls] }
}

/** The first type that takes every text. */
function strictType(field: string | undefined, texts: readonly string[]): Typed | undefined {
  if (texts.length === 0) return undefined
  const bare = texts.map((text) => text.replace(/^[ \t]+|[ \t]+$/g, ''))
  const all = (test: (text: string) => boolean) => bare.every(test)
  if (all((text) => /^(true|false)$/i.test(text))) return { type: 'boolean' }
  const number = all(isBigint) ? 'bigint' : decimalOf(bare)
  const epoch = number && epochOf(field, bare)
  if (epoch) return { type: 'timestamptz', format: epoch }
  if (number) return { type: number }
  if (all((text) => /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$|^[+-]?(nan|inf(inity)?)$/i.test(text) && fitsDouble(text)))
    return { type: 'double' }
  if (all((text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text))) return { type: 'uuid' }
  return timeOf(bare) ?? (all(isJsonValue) ? { type: 'json' } : undefined)
}

function isBigint(text: string): boolean {
  return /^(0|-?[1-9]\d*)$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text)
}

/** Room for numbers two digits longer; what has more than six digits after the point is measured, not counted. */
function decimalOf(texts: readonly string[]): string | undefined {
  const parts = texts.map((text) => /^-?(0|[1-9]\d*)(?:\.(\d+))?$/.exec(text))
  if (parts.includes(null)) return undefined
  const scale = Math.max(...parts.map((part) => part?.[2]?.length ?? 0))
  const whole = Math.max(...parts.map((part) => part?.[1]?.length ?? 0))
  if (scale === 0 || scale > 6 || whole + scale > 30) return undefined
  return `decimal(${Math.max(12, whole + scale + 2)},${scale})`
}

/** As many digits as a double keeps, and within its range. */
function fitsDouble(text: string): boolean {
  const value = Number(text)
  return (
    Number.isNaN(value) || /inf/i.test(text) || (Number.isFinite(value) && text.replace(/e.*|\D/gi, '').length <= 17)
  )
}

function isJsonValue(text: string): boolean {
  if (!/^[[{]/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const clock = '(?: |T)([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{1,6})?)?'
const zone = ' ?(Z|UTC|GMT|[+-]([01]\\d|2[0-3])(:?[0-5]\\d)?)'

function timeOf(texts: readonly string[]): Typed | undefined {
  const iso = '(\\d{4})-(\\d\\d)-(\\d\\d)'
  const matches = (pattern: RegExp) => texts.every((text) => pattern.test(text))
  if (impossibleDays(texts).length * 100 <= texts.length) {
    if (matches(new RegExp(`^${iso}$`))) return { type: 'date' }
    if (matches(new RegExp(`^${iso}(${clock}(${zone})?)?$`))) return { type: 'timestamptz' }
  }
  return dayFirst(texts)
}

/** Texts with the year first whose day does not exist: a few among many are mistakes, and for rejects, not another type. */
export function impossibleDays(texts: readonly string[]): readonly string[] {
  return texts.filter((text) => /^\d{4}-\d\d-\d\d/.test(text) && !exists(text, ['Y', 'm', 'd']))
}

/** Other orders of day, month and year: the one that every text can have, if it is one alone. */
function dayFirst(texts: readonly string[]): Typed | undefined {
  const orders = [
    ['Y', 'm', 'd'],
    ['d', 'm', 'Y'],
    ['m', 'd', 'Y'],
  ] as const
  for (const separator of ['/', '.', '-'] as const) {
    const escaped = separator === '.' ? '\\.' : separator
    const shape = new RegExp(`^\\d{1,4}${escaped}\\d{1,2}${escaped}\\d{1,4}(?: (\\d\\d):\\d\\d(:\\d\\d)?)?$`)
    if (!texts.every((text) => shape.test(text))) continue
    const possible = orders.filter((order) => texts.every((text) => exists(text, order)))
    const [order] = possible
    const ends = new Set(texts.map((text) => text.split(':').length))
    if (possible.length !== 1 || order === undefined || ends.size !== 1) return undefined
    const date = order.map((part) => `%${part}`).join(separator)
    if (ends.has(1)) return { type: 'date', format: date }
    if (!texts.every((text) => Number(text.split(' ')[1]?.slice(0, 2)) < 24)) return undefined
    if (
      !texts.every((text) =>
        text
          .split(':')
          .slice(1)
          .every((part) => Number(part) < 60),
      )
    )
      return undefined
    return { type: 'timestamptz', format: `${date} %H:%M${ends.has(3) ? ':%S' : ''}` }
  }
  return undefined
}

/** True when the numbers at the beginning of a text, in this order, are a day that exists. */
function exists(text: string, order: readonly ('Y' | 'm' | 'd')[]): boolean {
  const numbers = /^(\d+)\D(\d+)\D(\d+)/.exec(text)?.slice(1) ?? []
  const of = (part: 'Y' | 'm' | 'd') => numbers[order.indexOf(part)] ?? ''
  if (of('Y').length !== 4 || of('m').length > 2 || of('d').length > 2) return false
  const [year, month, day] = [Number(of('Y')), Number(of('m')), Number(of('d'))]
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}
