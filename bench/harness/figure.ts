/** One measured number, and what it is held against. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: 'ms' | 's' | 'MB' | 'ratio' | 'rows/s' | 'count'
  /** What the value may be at most (`atLeast`: at least). */
  readonly bar?: number
  readonly atLeast?: boolean
  /** The same thing done by somebody else in this very run. */
  readonly peer?: { readonly name: string; readonly value: number }
}

/** A file `bench/<name>.ts` exports one as `bench`; `npm run bench -- <name> [arguments]` runs it. */
export interface Bench {
  readonly about: string
  /** `say` prints a line for people; the figures are printed by the runner, as its last line. */
  run(say: (line: string) => void, args: readonly string[]): Promise<readonly Figure[]>
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}

export function holds({ value, bar, atLeast }: Figure): boolean {
  return bar === undefined || (atLeast ? value >= bar : value <= bar)
}
