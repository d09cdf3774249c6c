import type { Contract, ContractColumn } from '../contract.ts'
import { isPath, sameName } from '../fields.ts'

/** Where a column's value is: a top-level key of the event, and the way on from there. */
export interface Place {
  readonly slot: number
  /** Keys of objects and places in lists, below the top-level key. */
  readonly steps: readonly (string | number)[]
  /** Slots that are the column's where its own is missing: the same name, otherwise written. */
  readonly others: readonly number[]
  /** The name that other spellings are compared with; undefined for paths. */
  readonly spelled: string | undefined
}

export interface Layout {
  /** Top-level keys that columns name exactly. */
  readonly slots: readonly string[]
  /** Slots that hold no undeclared field. */
  readonly taken: readonly boolean[]
  readonly places: readonly Place[]
}

/** Finds where each column's value is in an event, as `check-sql` does. */
export function layoutOf(contract: Contract): Layout {
  const slots: string[] = []
  const slotOf = (key: string): number => {
    const known = slots.indexOf(key)
    return known >= 0 ? known : slots.push(key) - 1
  }
  const wanted = contract.columns.map((column) => stepsOf(column))
  for (const [top] of wanted) if (typeof top === 'string') slotOf(top)
  const taken = slots.map(() => false)
  const places = contract.columns.map((column, index): Place => {
    const [top, ...steps] = wanted[index] as readonly (string | number)[]
    const slot = typeof top === 'string' ? slotOf(top) : -1
    const isName = !isPath(column.from ?? column.name)
    // an object that a path goes into is not undeclared; a list is
    if (slot >= 0 && steps.every((step) => typeof step === 'string')) taken[slot] = true
    const others = isName
      ? slots.flatMap((other, at) => (at !== slot && sameName(other, top as string) ? [at] : []))
      : []
    return { slot, steps, others, spelled: isName ? normal(top as string) : undefined }
  })
  return { slots, taken, places }
}

/** Names that are the same have the same normal form; see `sameName`. */
export function normal(name: string): string {
  return name.trim().toLowerCase()
}

function stepsOf(column: ContractColumn): readonly (string | number)[] {
  const wanted = column.from ?? column.name
  if (!isPath(wanted)) return [wanted]
  return [...wanted.matchAll(/\.(?:([\p{L}\p{N}_-]+)|"([^"]*)")|\[(\d+)\]/gu)].map(([, word, quoted, index]) =>
    index === undefined ? (word ?? quoted ?? '') : Number(index),
  )
}
