import type { Context } from '../../core/context.ts'
import { MillraceError } from '../../core/errors.ts'
import type { Value } from '../../core/values.ts'
import { type Freezing, freeze } from '../../query/frozen.ts'
import { untilSteady } from '../../query/query.ts'
import { objectsOf } from '../../query/results.ts'
import type { Rows, Seen } from './touched.ts'

/** Rows that are held at most. */
const mostRows = 2_000_000

/** How often commits of others are looked for while rows are asked for. */
const followMs = 250

/** Rows as JSON by the text of their key, in memory, which follow what they are made of. */
export class Lookup {
  readonly #rows: Rows
  readonly #freezing: Freezing
  /** A number in the place of a row: so many have this key. */
  readonly #found = new Map<string, string | number>()
  #seen: Seen | undefined
  #seenAtMs = 0
  #running: Promise<void> | undefined
  /** Begins when the one that runs is done. */
  #next: Promise<void> | undefined

  constructor(rows: Rows, freezing: Freezing) {
    this.#rows = rows
    this.#freezing = freezing
  }

  /** LOOKUP_KEY_UNKNOWN, LOOKUP_NOT_UNIQUE, LOOKUP_TOO_LARGE; what queries throw. */
  async row(key: string, context: Context): Promise<string> {
    if (!this.#isCurrent()) await this.#refreshed(context)
    else if (performance.now() - this.#seenAtMs > followMs) this.#refreshed(context).catch(() => undefined)
    const found = this.#found.get(key)
    if (typeof found === 'string') return found
    const named = { name: this.#rows.name, key: this.#rows.key }
    if (found === undefined) throw new MillraceError('LOOKUP_KEY_UNKNOWN', named)
    throw new MillraceError('LOOKUP_NOT_UNIQUE', { ...named, rows: found })
  }

  /** Whether all that was acknowledged by now has been read. */
  #isCurrent(): boolean {
    if (!this.#seen) return false
    const { offsets } = this.#seen
    for (const [stream, next] of this.#freezing.tails?.acknowledged() ?? [])
      if ((offsets[stream] ?? next) < next) return false
    return true
  }

  /** What begins now sees all that was acknowledged before; what runs may have begun too early. */
  #refreshed({ emit, now }: Context): Promise<void> {
    // whoever has gone leaves the others waiting for the same
    const context: Context = { emit, now, signal: new AbortController().signal }
    if (!this.#running) {
      this.#running = untilSteady(() => this.#refresh(context), this.#freezing).finally(() => {
        this.#running = undefined
      })
      return this.#running
    }
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined
        return this.#refreshed(context)
      })
    return this.#next
  }

  async #refresh(context: Context): Promise<void> {
    using frozen = freeze(this.#freezing)
    const { keys, seen } = await this.#rows.touched(this.#seen, frozen, context)
    if (keys === 'all' || keys.length > 0) await this.#read(keys, context)
    this.#seen = seen
    this.#seenAtMs = performance.now()
  }

  /** The rows are read after what was touched is known: they are newer, if anything. */
  async #read(keys: 'all' | readonly Value[], context: Context): Promise<void> {
    await using answer = await this.#rows.read(keys, this.#freezing, context)
    const object = objectsOf(answer.columns.slice(1))
    const found = new Map<string, string | number>()
    for await (const rows of answer.batches)
      for (const [key = null, ...row] of rows) {
        if (key === null) continue
        const text = String(key)
        const had = found.get(text)
        found.set(text, had === undefined ? object(row) : typeof had === 'number' ? had + 1 : 2)
        if (found.size > mostRows)
          throw new MillraceError('LOOKUP_TOO_LARGE', { name: this.#rows.name, limit: mostRows })
      }
    // in one turn: no reader sees a part of it
    if (keys === 'all') this.#found.clear()
    else for (const key of keys) this.#found.delete(String(key))
    for (const [key, row] of found) this.#found.set(key, row)
  }
}
