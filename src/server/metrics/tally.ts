import type { Family, Labels } from './exposition.ts'

/** Counts by labels. */
export class Tally {
  readonly #counts = new Map<string, { readonly labels: Labels; count: number }>()

  add(labels: Labels, by = 1): void {
    const key = keyOf(labels)
    const found = this.#counts.get(key)
    if (found) found.count += by
    else this.#counts.set(key, { labels, count: by })
  }

  family(name: string, help: string): Family {
    const samples = [...this.#counts.values()].map(({ labels, count }) => ({ labels, value: count }))
    return { name, help, type: 'counter', samples }
  }
}

/** How long things took, by labels. */
export class Durations {
  readonly #bounds: readonly number[]
  readonly #found = new Map<
    string,
    { readonly labels: Labels; readonly counts: number[]; sum: number; count: number }
  >()

  /** `bounds`: seconds, rising. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
  }

  note(labels: Labels, seconds: number): void {
    const key = keyOf(labels)
    const found = this.#found.get(key) ?? { labels, counts: this.#bounds.map(() => 0), sum: 0, count: 0 }
    this.#found.set(key, found)
    const at = this.#bounds.findIndex((bound) => seconds <= bound)
    if (at >= 0) found.counts[at] = (found.counts[at] as number) + 1
    found.sum += seconds
    found.count++
  }

  family(name: string, help: string): Family {
    const samples = [...this.#found.values()].flatMap(({ labels, counts, sum, count }) => {
      let below = 0
      const buckets = this.#bounds.map((bound, at) => {
        below += counts[at] as number
        return { suffix: '_bucket', labels: { ...labels, le: String(bound) }, value: below }
      })
      return [
        ...buckets,
        { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: count },
        { suffix: '_sum', labels, value: sum },
        { suffix: '_count', labels, value: count },
      ]
    })
    return { name, help, type: 'histogram', samples }
  }
}

/** Labels of one family have the same names, in the same order. */
function keyOf(labels: Labels): string {
  let key = ''
  for (const name in labels) key += `${labels[name]}\0`
  return key
}
