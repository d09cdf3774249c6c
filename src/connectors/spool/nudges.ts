import { type FSWatcher, watch } from 'node:fs'

/**
 * Waits until something happens in a folder, for a time at most: not every disk tells, and none tells all. The folder may
 * come later.
 */
export class Nudges implements Disposable {
  readonly #folders: readonly string[]
  readonly #watchers = new Map<string, FSWatcher>()
  #wake: () => void = () => undefined
  #nudged = false

  constructor(folders: readonly string[]) {
    this.#folders = folders
  }

  /** For `leastMs` in any case, and no longer than `mostMs`. */
  async wait(leastMs: number, mostMs: number, signal: AbortSignal): Promise<void> {
    this.#watchAll()
    await this.#rest(leastMs, signal, false)
    if (!this.#nudged) await this.#rest(mostMs - leastMs, signal, true)
    this.#nudged = false
  }

  [Symbol.dispose](): void {
    for (const watcher of this.#watchers.values()) watcher.close()
    this.#watchers.clear()
  }

  #rest(ms: number, signal: AbortSignal, wakes: boolean): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        this.#wake = () => undefined
        resolve()
      }
      const timer = setTimeout(done, signal.aborted ? 0 : ms)
      signal.addEventListener('abort', done)
      if (wakes) this.#wake = done
    })
  }

  #watchAll(): void {
    for (const folder of this.#folders) {
      if (this.#watchers.has(folder)) continue
      try {
        const watcher = watch(folder, { persistent: false }, () => {
          this.#nudged = true
          this.#wake()
        })
        watcher.on('error', () => {
          watcher.close()
          this.#watchers.delete(folder)
        })
        this.#watchers.set(folder, watcher)
      } catch {
        // not there yet, or no more watches: it is looked at all the same
      }
    }
  }
}
