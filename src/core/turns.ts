/** Work that is done one after the other, in the order in which it was asked for. What fails is its caller's alone. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()

  run<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => undefined)
    return done
  }

  /** Resolves when all that was asked for by now has ended, in whatever way. */
  async ended(): Promise<void> {
    await this.#last
  }
}
