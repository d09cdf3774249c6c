import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'

export const kinds = ['view', 'view', 'view', 'cart', 'purchase'] as const
export type Kind = (typeof kinds)[number]

/** What visitors of the shop have done, by the count of whoever sends it. */
export class Visitors {
  readonly #url: string
  readonly #acknowledged: { readonly atMs: number; readonly count: number }[] = []
  readonly #byKind: Record<Kind, number> = { view: 0, cart: 0, purchase: 0 }
  #sent = 0

  constructor(url: string) {
    this.#url = url
  }

  /** So many events, each again with its id until it is answered. */
  async do(count: number): Promise<void> {
    const events = Array.from({ length: count }, (_, at) => this.#event(this.#sent + at))
    this.#sent += count
    while (!(await this.#accepted(events))) await setTimeout(50)
    for (const { event_type: kind } of events) this.#byKind[kind]++
    this.#acknowledged.push({ atMs: Date.now(), count: this.acknowledged + count })
  }

  /** So many a second, in twenty requests or fewer, until `over` says so. Who is late does not hurry. */
  async goOn(perSecond: number, over: () => boolean): Promise<void> {
    const each = Math.ceil(perSecond / 20)
    const everyMs = (1000 * each) / perSecond
    const under: Promise<void>[] = []
    for (let due = performance.now(); !over(); due = Math.max(due + everyMs, performance.now())) {
      await setTimeout(Math.max(0, due - performance.now()))
      under.push(this.do(each))
      if (under.length > 10) await under.shift()
    }
    await Promise.all(under)
  }

  get sent(): number {
    return this.#sent
  }

  get byKind(): Readonly<Record<Kind, number>> {
    return this.#byKind
  }

  get acknowledged(): number {
    return this.#acknowledged.at(-1)?.count ?? 0
  }

  /** How long what is acknowledged had gone beyond a count, at a moment: milliseconds, 0 where it had not. */
  beyond(count: number, atMs: number): number {
    const first = this.#acknowledged.find((each) => each.count > count)
    return first ? Math.max(0, atMs - first.atMs) : 0
  }

  #event(at: number) {
    return {
      event_id: randomUUID(),
      event_time: new Date().toISOString(),
      event_type: kinds[at % kinds.length] as Kind,
      product_id: at % 100,
      category_code: 'garden.spade',
      brand: 'proof',
      price: '10.00',
      user_id: at % 7,
    }
  }

  async #accepted(events: readonly object[]): Promise<boolean> {
    const init = { method: 'POST', body: JSON.stringify(events) }
    const response = await fetch(`${this.#url}/v1/streams/events`, init).catch(() => undefined)
    const text = await response?.text().catch(() => undefined)
    if (!response || text === undefined || response.status === 429 || response.status === 503) return false
    const { accepted, duplicates } = JSON.parse(text) as Readonly<Record<string, number | undefined>>
    if ((accepted ?? 0) + (duplicates ?? 0) !== events.length) throw new Error(`${response.status}: ${text}`)
    return true
  }
}
