/** A field of an action is missing or has another type than the protocol says. */
export class FieldError extends Error {
  override readonly name = 'FieldError'
}

/** The typed fields of one JSON object of the log; null is the same as absent. */
export interface Fields {
  names(): string[]
  has(key: string): boolean
  required(key: string): string
  text(key: string): string | undefined
  flag(key: string): boolean | undefined
  /** A whole number from 0 to 2^53: sizes and times. */
  count(key: string): number
  optionalCount(key: string): number | undefined
  /** A 64-bit number, exact. */
  big(key: string): bigint
  list(key: string): readonly string[] | undefined
  texts(key: string): Readonly<Record<string, string | null>> | undefined
  record(key: string): Readonly<Record<string, unknown>>
  object(key: string): Fields
}

/** Reads an object of the log; every method throws FieldError, naming `what` and the key. */
export function fieldsOf(json: unknown, what: string): Fields {
  const source = recordOf(json, what)
  const bad = (key: string, wanted: string) => new FieldError(`${what}: \`${key}\` is not ${wanted}`)
  const get = (key: string): unknown => (Object.hasOwn(source, key) ? (source[key] ?? undefined) : undefined)
  const of = <T>(key: string, wanted: string, test: (value: unknown) => value is T): T | undefined => {
    const value = get(key)
    if (value !== undefined && !test(value)) throw bad(key, wanted)
    return value
  }
  const must = <T>(key: string, wanted: string, value: T | undefined): T => {
    if (value === undefined) throw bad(key, wanted)
    return value
  }
  const text = (key: string) => of(key, 'a text', (value) => typeof value === 'string')
  const optionalCount = (key: string) => of(key, 'a whole number from 0 to 2^53', isCount)
  return {
    names: () => Object.keys(source),
    has: (key) => get(key) !== undefined,
    required: (key) => must(key, 'a text', text(key)),
    text,
    flag: (key) => of(key, 'true or false', (value) => typeof value === 'boolean'),
    count: (key) => must(key, 'a whole number from 0 to 2^53', optionalCount(key)),
    optionalCount,
    big: (key) => BigInt(must(key, 'a whole number of 64 bits', of(key, 'a whole number of 64 bits', isWhole))),
    list: (key) => of(key, 'a list of texts', isTexts),
    texts: (key) => of(key, 'a map of texts', isTextMap),
    record: (key) => recordOf(get(key), key),
    object: (key) => fieldsOf(get(key), key),
  }
}

function recordOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw new FieldError(`${what} is not an object`)
  return value
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isWhole(value: unknown): value is number | bigint {
  return Number.isSafeInteger(value) || (typeof value === 'bigint' && BigInt.asIntN(64, value) === value)
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

function isTextMap(value: unknown): value is Readonly<Record<string, string | null>> {
  return isRecord(value) && Object.values(value).every((item) => item === null || typeof item === 'string')
}
