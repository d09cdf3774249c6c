import type { LogCounters } from '../../streams/log.ts'

/** What streams have counted, by their names. */
export type Counted = ReadonlyMap<string, Readonly<LogCounters>>

export interface StreamRates {
  readonly received: number
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: number
}

const windowMs = 10_000

/** Events a second over the last ten, from counters that are looked at about once a second. */
export class Rates {
  readonly #samples: { readonly atMs: number; readonly counted: Counted }[] = []

  note(atMs: number, counted: Counted): void {
    // a clock that is set back begins anew
    if ((this.#samples.at(-1)?.atMs ?? atMs) > atMs) this.#samples.length = 0
    this.#samples.push({ atMs, counted })
    while (this.#samples.length > 2 && (this.#samples[1]?.atMs ?? atMs) <= atMs - windowMs) this.#samples.shift()
  }

  of(stream: string): StreamRates {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)]
    const [before, now] = [first?.counted.get(stream), last?.counted.get(stream)]
    const seconds = first && last ? (last.atMs - first.atMs) / 1000 : 0
    if (!before || !now || seconds === 0) return { received: 0, accepted: 0, duplicates: 0, rejected: 0 }
    const rate = (key: keyof StreamRates) => Math.round(((now[key] - before[key]) / seconds) * 100) / 100
    return {
      received: rate('received'),
      accepted: rate('accepted'),
      duplicates: rate('duplicates'),
      rejected: rate('rejected'),
    }
  }
}
