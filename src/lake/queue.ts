/**
 * Who may commit to a table next, in this process: one at a time, in the order of asking; `upkeep` goes when nobody else
 * waits. Commits are right without it (the log decides), but with it none of them loses a race against a neighbour.
 */
export interface CommitQueue {
  run<Result>(table: string, work: () => Promise<Result>, kind?: 'write' | 'upkeep'): Promise<Result>
  /** How much work has ended in it: what was read before may be old where this has grown. */
  ended(): number
}

interface Line {
  readonly writes: (() => void)[]
  readonly upkeep: (() => void)[]
}

/** The queue of one lake. `work` must not ask for its own table again. */
export function commitQueue(): CommitQueue {
  // a table is in here while somebody works on it
  const lines = new Map<string, Line>()
  let ended = 0

  async function enter(table: string, kind: 'write' | 'upkeep'): Promise<void> {
    const line = lines.get(table)
    if (!line) {
      lines.set(table, { writes: [], upkeep: [] })
      return
    }
    await new Promise<void>((resolve) => (kind === 'write' ? line.writes : line.upkeep).push(resolve))
  }

  function leave(table: string): void {
    const line = lines.get(table)
    const next = line?.writes.shift() ?? line?.upkeep.shift()
    if (next) next()
    else lines.delete(table)
  }

  return {
    async run(table, work, kind = 'write') {
      await enter(table, kind)
      try {
        return await work()
      } finally {
        ended++
        leave(table)
      }
    },
    ended: () => ended,
  }
}
