import type { z } from 'zod'

/** Says what is wrong with a part of a YAML text, with its line; both throw. */
export interface YamlFaults {
  invalid(path: readonly string[], reason: string): never
  unknownName(path: readonly string[], what: string, name: string, known: readonly string[]): never
}

/** What is told of the keys of a shape. */
export interface ShapeNotes {
  /** What each key takes. */
  readonly takes: Readonly<Record<string, string>>
  /** Keys of what lies below a key. */
  readonly inner?: Readonly<Record<string, readonly string[]>>
}

/** Reads plain data of YAML as a shape; the first thing that is wrong is told with its path. */
export function readShape<Shape extends z.ZodType>(
  shape: Shape,
  given: object,
  { takes, inner = {} }: ShapeNotes,
  faults: YamlFaults,
): z.output<Shape> {
  const read = shape.safeParse(given)
  if (read.success) return read.data
  const [issue] = read.error.issues
  const path = (issue?.path ?? []).map(String)
  const [key = ''] = path
  if (issue?.code === 'unrecognized_keys') {
    const [unknown = ''] = issue.keys
    return faults.unknownName([...path, unknown], 'key', unknown, inner[key] ?? Object.keys(takes))
  }
  if (issue?.code === 'invalid_value' && path.length === 1) {
    const chosen = (given as Readonly<Record<string, unknown>>)[key]
    if (typeof chosen === 'string') return faults.unknownName(path, key, chosen, issue.values.map(String))
  }
  const where = path.length > 1 ? `${path.join('.')}: ` : ''
  return faults.invalid(path, `${where}${key} takes ${takes[key] ?? 'something else'}`)
}
