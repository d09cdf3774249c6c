import type { Faults } from '../contract/declaration.ts'

/** An object of the project file whose keys are not checked yet. */
export type Fields = Readonly<Record<string, unknown>>

/** Faults of what stands inside another declaration. */
export function within(outer: readonly string[], faults: Faults): Faults {
  return {
    invalid: (path, reason) => faults.invalid([...outer, ...path], reason),
    unknownName: (path, what, name, known) => faults.unknownName([...outer, ...path], what, name, known),
  }
}

export function fieldsOf(given: unknown, path: readonly string[], faults: Faults): Fields {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return given as Fields
  return faults.invalid(path, `${path.at(-1) ?? 'the project'} takes an object`)
}

export function textOf(given: unknown, path: readonly string[], faults: Faults): string {
  if (typeof given === 'string' && given !== '') return given
  return faults.invalid(path, given === undefined ? `${path.at(-1)} is missing` : `${path.at(-1)} takes a text`)
}

export function entriesOf(config: Fields, key: string, faults: Faults): [string, Fields, readonly string[]][] {
  if (config[key] === undefined) return []
  return Object.entries(fieldsOf(config[key], [key], faults)).map(([name, declared]) => [
    name,
    fieldsOf(declared, [key, name], faults),
    [key, name],
  ])
}

export function checkKeys(
  given: Fields,
  known: readonly string[],
  path: readonly string[],
  what: string,
  faults: Faults,
): void {
  for (const key of Object.keys(given)) if (!known.includes(key)) faults.unknownName([...path, key], what, key, known)
}
