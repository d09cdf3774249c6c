/** How many of its last writes tell of a disk. */
const remembered = 16

/** So many milliseconds of one write may hold up whatever else this thread does. */
const quickMs = 2

/**
 * Whether a disk answers so soon that it is better waited for than asked by another thread, whose turn and the way back
 * from it take up to a tick of the clock each where all cores are busy. The fastest of its last writes tells: the others
 * tell of the machine. A disk is taken for quick until it has shown otherwise.
 */
export class Pace {
  readonly #lastMs: number[] = []

  get isQuick(): boolean {
    return this.#lastMs.length < remembered || this.#lastMs.some((ms) => ms <= quickMs)
  }

  took(ms: number): void {
    this.#lastMs.push(ms)
    if (this.#lastMs.length > remembered) this.#lastMs.shift()
  }
}
