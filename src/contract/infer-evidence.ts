import { type InferredColumn, impossibleDays, type SampledField } from './infer.ts'
import { epochDoubt, epochReason } from './infer-epoch.ts'

/** What a sample shows of a column. */
export interface Evidence {
  /** The first value that is one, as the file has it. */
  readonly example: string | null
  /** Why the column has its type. */
  readonly why: string
}

const shownLetters = 40

/** Why a column was inferred as it is, in words. */
export function evidenceOf(column: InferredColumn, { name, values, type }: SampledField): Evidence {
  const texts = values.filter((value): value is string => value !== null && value.trim() !== '')
  const meant = column.nulls ? texts.filter((text) => !column.nulls?.includes(text.trim())) : texts
  const [first] = meant
  const example = first === undefined ? null : short(first)
  const nulls = (column.nulls ?? []).filter((text) => text !== '')
  const why =
    type && column.format === undefined
      ? 'the file says so'
      : texts.length === 0
        ? 'no value to judge by: text takes all'
        : reasonOf(column, name, meant)
  return { example, why: nulls.length > 0 ? `${why}; ${nulls.join(', ')} stands for no value` : why }
}

function reasonOf({ type, format }: InferredColumn, field: string | undefined, texts: readonly string[]): string {
  const word = type.replace(/\(.*$/, '')
  switch (word) {
    case 'bigint':
      return withDoubt('whole numbers', field, texts)
    case 'decimal':
      return withDoubt(`numbers with ${digits(/,(\d+)\)$/.exec(type)?.[1])} at most after the point`, field, texts)
    case 'double':
      return 'numbers of any size'
    case 'boolean':
      return 'true and false'
    case 'uuid':
      return 'UUIDs'
    case 'json':
      return 'objects or lists'
    case 'date':
      return format
        ? `days written as ${format}, the one order that all can have`
        : withRefused('days, year first', texts)
    case 'timestamptz':
      if (format)
        return epochReason(format, texts[0] ?? '') ?? `times written as ${format}, the one order that all can have`
      return withRefused(
        texts.every((text) => /(?:Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)$/.test(text.trim().slice(10)))
          ? 'times with their zone'
          : 'times without a zone: read in the project’s',
        texts,
      )
    default:
      return textReason(texts)
  }
}

function digits(count = ''): string {
  return count === '1' ? '1 digit' : `${count} digits`
}

function withDoubt(reason: string, field: string | undefined, texts: readonly string[]): string {
  const doubt = epochDoubt(
    field,
    texts.map((text) => text.trim()),
  )
  return doubt === undefined ? reason : `${reason}; ${doubt}`
}

function withRefused(reason: string, texts: readonly string[]): string {
  const [first] = impossibleDays(texts.map((text) => text.trim()))
  return first === undefined ? reason : `${reason}; ${short(first)} is a day that does not exist: refused`
}

function short(text: string): string {
  return text.length > shownLetters ? `${text.slice(0, shownLetters)}…` : text
}

function textReason(texts: readonly string[]): string {
  const bare = texts.map((text) => text.trim())
  if (bare.every((text) => /^[+-]?[\d.,]+$/.test(text))) {
    if (bare.some((text) => /^[+-]?0\d/.test(text))) return 'digits with leading zeros: a code, kept as text'
    if (bare.some((text) => text.startsWith('+'))) return 'digits with a plus: kept as text'
    if (bare.some((text) => text.includes(','))) return 'numbers with a comma: text, until files() is told decimal'
    return 'numbers beyond 64 bits: kept as text'
  }
  const [impossible] = impossibleDays(bare)
  if (impossible !== undefined && bare.every((text) => /^\d{4}-\d\d-\d\d/.test(text)))
    return `dates, but ${short(impossible)} is a day that does not exist: kept as text`
  if (bare.every((text) => /^\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}/.test(text)))
    return 'dates whose order of day and month nothing proves: kept as text'
  const [other, ...others] = bare.filter((text) => !/^-?\d+(\.\d+)?$/.test(text))
  if (other !== undefined && others.length === 0 && bare.length > 2)
    return `text, for ${short(other)} is no number as the others are`
  return 'text'
}
