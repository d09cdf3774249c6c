import type { z } from 'zod'
import { MillraceError } from '../../core/errors.ts'
import { suggest } from '../../core/suggest.ts'

type Path = readonly (string | number)[]

/** Reads plain data by a shape; else the first thing that is wrong with it, with its place. DASHBOARD_INVALID, DASHBOARD_UNKNOWN_NAME. */
export function readPart<Shape extends z.ZodObject>(
  shape: Shape,
  given: unknown,
  placeOf: (path: Path) => string,
): z.output<Shape> | MillraceError {
  const read = shape.safeParse(given)
  if (read.success) return read.data
  const { issues } = read.error
  // a key that is misspelt is missing too
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
  const path = (issue?.path ?? []).map((step) => (typeof step === 'number' ? step : String(step)))
  if (issue?.code === 'unrecognized_keys') {
    const [name = ''] = issue.keys
    const known = path.length === 0 ? Object.keys(shape.shape) : keysAt(shape, path)
    return unknownName(placeOf([...path, name]), 'key', name, known)
  }
  const own = valueAt(given, path)
  if (issue?.code === 'invalid_value' && typeof own === 'string')
    return unknownName(placeOf(path), String(path.at(-1)), own, issue.values.map(String))
  if (path.length === 0) return invalid(placeOf([]), 'this is no map of keys, such as `title: Shop`')
  const key = path.map(String).join('.')
  const takes = noteAt(shape, path) ?? issue?.message ?? 'something else'
  return invalid(placeOf(path), own === undefined ? `\`${key}\` is missing: ${takes}` : `\`${key}\` takes ${takes}`)
}

export function invalid(place: string, reason: string): MillraceError {
  return new MillraceError('DASHBOARD_INVALID', { place, reason })
}

export function unknownName(place: string, what: string, name: string, known: readonly string[]): MillraceError {
  return new MillraceError('DASHBOARD_UNKNOWN_NAME', { place, what, name, suggestion: suggest(name, known) })
}

function valueAt(given: unknown, path: Path): unknown {
  let held = given
  for (const step of path) held = (held as Readonly<Record<string | number, unknown>> | undefined)?.[step]
  return held
}

/** What is said of the innermost key that something is said of. */
function noteAt(shape: z.ZodObject, path: Path): string | undefined {
  let note: string | undefined
  let held: z.core.$ZodType | undefined = shape
  for (const step of path) {
    held = stepInto(held, step)
    note = (held as z.ZodType | undefined)?.description ?? note
  }
  return note
}

function keysAt(shape: z.ZodObject, path: Path): readonly string[] {
  let held: z.core.$ZodType | undefined = shape
  for (const step of path) held = stepInto(held, step)
  const keys = (bare(held) as z.ZodObject | undefined)?.shape
  return keys ? Object.keys(keys) : []
}

function stepInto(shape: z.core.$ZodType | undefined, step: string | number): z.core.$ZodType | undefined {
  const held = bare(shape)
  const { shape: keys, element } = (held ?? {}) as { shape?: z.ZodRawShape; element?: z.core.$ZodType }
  return keys?.[step] ?? element
}

/** A shape without the default or the `?` around it. */
function bare(shape: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  const inner = (shape?._zod.def as { readonly innerType?: z.core.$ZodType } | undefined)?.innerType
  return inner ? bare(inner) : shape
}
