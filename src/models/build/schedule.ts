/** What a task of a graph waits for, by name. */
export interface Task {
  readonly name: string
  readonly after: readonly string[]
}

/** What became of a task: done with a result, not begun because of another, or failed. */
export type Done<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'skipped'; readonly because: string }

/**
 * Runs tasks, each after those that it waits for, at most `limit` at a time, in their order where they may run side by
 * side. What hangs on a task that failed is skipped, and told which one; the rest goes on. Once the signal is aborted
 * nothing more begins, and its reason is thrown when what was under way has ended.
 */
export async function runGraph<Each extends Task, Result>(
  tasks: readonly Each[],
  limit: number,
  work: (task: Each) => Promise<Result>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Done<Result>>> {
  const names = new Set(tasks.map(({ name }) => name))
  const done = new Map<string, Done<Result>>()
  const waiting = new Set(tasks)
  const running = new Set<Promise<void>>()
  for (;;) {
    for (const task of waiting) {
      const before = task.after.filter((name) => names.has(name)).map((name) => done.get(name))
      const broken = task.after.find((name) => (done.get(name)?.kind ?? 'done') !== 'done')
      if (broken !== undefined) {
        waiting.delete(task)
        const cause = done.get(broken)
        done.set(task.name, { kind: 'skipped', because: cause?.kind === 'skipped' ? cause.because : broken })
      } else if (running.size < limit && !signal.aborted && before.every((each) => each !== undefined)) {
        waiting.delete(task)
        const run = runOne(task).then((result) => {
          done.set(task.name, result)
          running.delete(run)
        })
        running.add(run)
      }
    }
    if (running.size === 0) break
    await Promise.race(running)
  }
  signal.throwIfAborted()
  return new Map(tasks.map(({ name }) => [name, done.get(name) as Done<Result>]))

  async function runOne(task: Each): Promise<Done<Result>> {
    try {
      return { kind: 'done', result: await work(task) }
    } catch (error) {
      return { kind: 'failed', error }
    }
  }
}
