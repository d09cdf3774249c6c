import { availableParallelism, totalmem } from 'node:os'

/** What this process and the ones that it starts may use together. */
export interface Machine {
  /** The memory of the machine, or of the cgroup (v1 or v2) that confines the process, whichever is less. */
  readonly memoryBytes: number
  /** Threads that run at once: a quota of the cgroup counts. */
  readonly threads: number
}

export function thisMachine(): Machine {
  // 0 or beyond any memory: not confined
  const confined = process.constrainedMemory()
  const memoryBytes = confined > 0 ? Math.min(totalmem(), confined) : totalmem()
  return { memoryBytes, threads: availableParallelism() }
}
