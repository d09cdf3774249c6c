import type { Contract, ContractColumn } from './contract.ts'

/** A field of the input: what it is called there, and the column of `raw` that holds it. */
export interface Field {
  readonly name: string
  readonly column: string
}

export interface FieldMatch {
  /** The field of each declared column; undefined where the input has none. */
  readonly taken: ReadonlyMap<ContractColumn, Field>
  /** Fields that no column takes, their names made different from each other (`a`, `a_2`). */
  readonly undeclared: readonly Field[]
}

/** True for `from` texts that are a path into JSON rather than the name of a field. */
export function isPath(from: string): boolean {
  return /^\$(?:\.|\[)/.test(from)
}

/** A step of a JSON pointer (RFC 6901): the path to one key of an object, whatever is in its name. */
export function pointer(key: string): string {
  return `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** Names compare trimmed and without case. */
export function sameName(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase()
}

/** Finds the field of each column: the one that is named so exactly, else the first that is trimmed and without case. */
export function matchFields(contract: Contract, fields: readonly Field[]): FieldMatch {
  const taken = new Map<ContractColumn, Field>()
  for (const column of contract.columns) {
    const wanted = column.from ?? column.name
    const field = fields.find(({ name }) => name === wanted) ?? fields.find(({ name }) => sameName(name, wanted))
    if (field) taken.set(column, field)
  }
  const used = new Set(taken.values())
  const names = new Set<string>()
  const undeclared = fields
    .filter((field) => !used.has(field))
    .map((field) => {
      let free = field.name
      for (let count = 2; names.has(free); count++) free = `${field.name}_${count}`
      names.add(free)
      return { ...field, name: free }
    })
  return { taken, undeclared }
}
