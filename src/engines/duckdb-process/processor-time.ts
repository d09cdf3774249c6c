/** Processor time of this process: what passes while several do something is divided equally among them. */
export class ProcessorTime {
  readonly #totalMs: () => number
  #countedMs: number
  #sharers = 0
  /** What one who was there from the beginning has got. */
  #eachMs = 0

  constructor(totalMs: () => number = ofThisProcess) {
    this.#totalMs = totalMs
    this.#countedMs = totalMs()
  }

  /** Has a share from now until it is disposed of. */
  share(): ProcessorShare {
    this.#count()
    this.#sharers++
    const sinceMs = this.#eachMs
    return {
      ms: () => {
        this.#count()
        return this.#eachMs - sinceMs
      },
      [Symbol.dispose]: () => {
        this.#count()
        this.#sharers--
      },
    }
  }

  #count(): void {
    const totalMs = this.#totalMs()
    if (this.#sharers > 0) this.#eachMs += (totalMs - this.#countedMs) / this.#sharers
    this.#countedMs = totalMs
  }
}

export interface ProcessorShare extends Disposable {
  /** Until now; not to be asked after its end. */
  ms(): number
}

function ofThisProcess(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
