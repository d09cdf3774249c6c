/** A field of an action is missing or has another type than the protocol says. */
export class FieldError extends Error {
  override readonly name = 'FieldError'
}

/** One JSON object of the log. Its fields are read by the functions below, which throw FieldError naming the key. */
export type Fields = Readonly<Record<string, unknown>>

/** The field, where null is the same as absent. */
export function fieldOf(fields: Fields, key: string): unknown {
  return Object.hasOwn(fields, key) ? (fields[key] ?? undefined) : undefined
}

export function textOf(fields: Fields, key: string): string {
  const value = optionalText(fields, key)
  return value === undefined ? wrong(key, 'a text') : value
}

export function optionalText(fields: Fields, key: string): string | undefined {
  const value = fieldOf(fields, key)
  return value === undefined || typeof value === 'string' ? value : wrong(key, 'a text')
}

export function flagOf(fields: Fields, key: string): boolean | undefined {
  const value = fieldOf(fields, key)
  return value === undefined || typeof value === 'boolean' ? value : wrong(key, 'true or false')
}

/** A whole number from 0 to 2^53: sizes and times. */
export function countOf(fields: Fields, key: string): number {
  return optionalCount(fields, key) ?? wrong(key, wholeNumber)
}

export function optionalCount(fields: Fields, key: string): number | undefined {
  const value = fieldOf(fields, key)
  if (value === undefined) return undefined
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : wrong(key, wholeNumber)
}

/** A 64-bit number, exact. */
export function bigOf(fields: Fields, key: string): bigint {
  const value = fieldOf(fields, key)
  if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return value
  return Number.isSafeInteger(value) ? BigInt(value as number) : wrong(key, 'a whole number of 64 bits')
}

export function listOf(fields: Fields, key: string): readonly string[] | undefined {
  const value = fieldOf(fields, key)
  if (value === undefined) return undefined
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : wrong(key, 'a list of texts')
}

/** A map of texts, some of them null. */
export function textsOf(fields: Fields, key: string): Readonly<Record<string, string | null>> | undefined {
  const value = fieldOf(fields, key)
  if (value === undefined) return undefined
  if (!isFields(value)) return wrong(key, 'a map of texts')
  for (const item of Object.values(value)) if (item !== null && typeof item !== 'string') wrong(key, 'a map of texts')
  return value as Readonly<Record<string, string | null>>
}

/** The field as an object of its own. */
export function objectOf(fields: Fields, key: string): Fields {
  const value = fieldOf(fields, key)
  return isFields(value) ? value : wrong(key, 'an object')
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const wholeNumber = 'a whole number from 0 to 2^53'

function wrong(key: string, wanted: string): never {
  throw new FieldError(`\`${key}\` is not ${wanted}`)
}
