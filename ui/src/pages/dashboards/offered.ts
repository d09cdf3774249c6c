interface Offered {
  readonly value: string
  /** Rows that have it; undefined where none were found. */
  readonly rows?: string
}

/** What there is to choose from: what is chosen first, then those that have every word that is looked for. */
export function offered(values: readonly Offered[], chosen: readonly string[], find: string): readonly Offered[] {
  const known = new Map(values.map((each) => [each.value, each]))
  const words = find.toLowerCase().split(/\s+/).filter(Boolean)
  const isFound = ({ value }: Offered) => words.every((word) => value.toLowerCase().includes(word))
  // what was chosen by an address may have no rows now, and can be taken back all the same
  const gone = chosen.filter((value) => !known.has(value)).map((value): Offered => ({ value }))
  return [...gone, ...values].filter(isFound)
}

/** What is chosen, in a few words. */
export function listWords(chosen: readonly string[]): string {
  const [first = '', second] = chosen
  if (chosen.length === 0) return 'All'
  if (second === undefined) return first === '' ? '(empty)' : first
  return `${first} +${chosen.length - 1}`
}
