import { MillraceError } from '../../core/errors.ts'
import { IdTable } from './id-table.ts'
import type { IdBatch } from './sort.ts'

/** `new`: not taken, and now reserved. `duplicate`: taken, with the same content. `conflict`: with another. */
export type Verdict = 'new' | 'duplicate' | 'conflict'

/**
 * The ids of one group on its way to the log. Ids that are `new` belong to it until it is confirmed or released, and
 * others that ask for them wait for that; one of the two must be called.
 */
export interface Reservation {
  /**
   * Of each id, in the order asked. At once when memory can tell; else a promise: of ids that a run on disk may hold, or
   * that belong to another group as yet. An id that can be new is reserved before `reserve` returns, or, where the group
   * has to wait for another, in the turn in which that one ends. When the promise rejects, all is released.
   */
  readonly verdicts: readonly Verdict[] | Promise<readonly Verdict[]>
  /** The group is durable; the record of a new id is at offset `first + rankOf(its place in the batch)`. */
  confirm(first: bigint, rankOf: (at: number) => number): void
  /** The group failed, or was given up: its ids are free. */
  release(): void
}

/** What is known of stored ids; `lookUp` answers the contents of those that are stored, by their place in the batch. */
export interface StoredLookup {
  mayHold(keys: Uint32Array, at: number): boolean
  lookUp(ids: IdBatch, places: readonly number[]): Promise<ReadonlyMap<number, number>>
}

interface Held {
  readonly number: number
  readonly ids: IdBatch
  verdicts: readonly Verdict[]
  over: boolean
  /** It waits for others, and holds nothing. */
  waits: boolean
  /** Made when the first one waits. */
  end: PromiseWithResolvers<void> | undefined
}

/**
 * Ids that are in the log and not in the table yet, and those on their way there. A key's state in the table of keys is
 * its offset plus one; of one that is reserved the reservation's number, negative.
 */
export class MemoryIds {
  readonly #table: IdTable
  readonly #stored: StoredLookup
  readonly #held = new Map<number, Held>()
  #lastNumber = 0
  /** Records before it have passed the rules, or were taken out. */
  #judged: number
  #judgement = Promise.withResolvers<void>()
  #sealed = 0
  #gate: PromiseWithResolvers<void> | undefined

  constructor(tables: Uint32Array, stored: StoredLookup, { rules }: { readonly rules: boolean }) {
    this.#table = new IdTable(tables)
    this.#stored = stored
    this.#judged = rules ? 0 : Number.POSITIVE_INFINITY
  }

  get count(): number {
    return this.#table.size
  }

  get bytes(): number {
    return this.#table.bytes
  }

  holds({ keys, contents }: IdBatch): readonly boolean[] {
    return Array.from(contents, (_, at) => this.#table.find(keys, 4 * at) >= 0)
  }

  reserve(ids: IdBatch): Reservation {
    const held: Held = { number: ++this.#lastNumber, ids, verdicts: [], over: false, waits: false, end: undefined }
    this.#held.set(held.number, held)
    const verdicts = this.#ask(held)
    if (verdicts instanceof Promise) {
      verdicts.catch(() => this.#release(held))
      return this.#reservation(held, verdicts)
    }
    return this.#reservation(held, verdicts)
  }

  /** Whatever asks from now on waits until `resume`; resolves when no group is under way. */
  async hold(): Promise<void> {
    this.#gate ??= Promise.withResolvers<void>()
    for (const held of [...this.#held.values()]) if (!held.waits) await this.#endOf(held.number)
  }

  resume(): void {
    this.#gate?.resolve()
    this.#gate = undefined
  }

  /** What the log holds of it is in memory again after a start. Later records of an id take the place of earlier ones. */
  recover({ keys, contents }: IdBatch, offsetOf: (at: number) => bigint): void {
    for (const [at, content] of contents.entries()) {
      const state = Number(offsetOf(at)) + 1
      const where = this.#table.insert(keys, 4 * at, content, state)
      if (where >= 0 && this.#table.state(where) < state) {
        this.#table.setState(where, state)
        this.#table.setContent(where, content)
      }
    }
  }

  /** Records before `upTo` were judged by the rules: those of `rejected` broke one, and their ids are free. */
  judge(upTo: bigint, rejected: IdBatch, offsetOf: (at: number) => bigint): void {
    for (let at = 0; at < rejected.contents.length; at++) {
      const where = this.#table.find(rejected.keys, 4 * at)
      if (where >= 0 && this.#table.state(where) === Number(offsetOf(at)) + 1) this.#table.remove(where)
    }
    this.#judged = Math.max(this.#judged, Number(upTo))
    const { resolve } = this.#judgement
    this.#judgement = Promise.withResolvers<void>()
    resolve()
  }

  /** All that is confirmed, part after part of the table. */
  *confirmed(): Generator<IdBatch> {
    for (let part = 0; part < this.#table.parts; part++) yield this.#table.upTo(part, Number.POSITIVE_INFINITY)
  }

  /** The ids of the records before an offset, part after part of the table. */
  *before(upTo: bigint): Generator<IdBatch> {
    this.#sealed = Math.max(this.#sealed, Number(upTo))
    if (this.#judged < this.#sealed) throw internal(`records before ${upTo} are sealed before they were judged`)
    for (let part = 0; part < this.#table.parts; part++) yield this.#table.upTo(part, Number(upTo))
  }

  /** Forgets the ids of the records before an offset, part after part. */
  *forget(upTo: bigint): Generator<void> {
    for (let part = 0; part < this.#table.parts; part++) {
      this.#table.removeUpTo(part, Number(upTo))
      yield
    }
  }

  #reservation(held: Held, verdicts: Reservation['verdicts']): Reservation {
    return {
      verdicts,
      confirm: (first, rankOf) => this.#confirm(held, Number(first), rankOf),
      release: () => this.#release(held),
    }
  }

  /** Reserves all of a group's ids that are free, or, where one of them belongs to another group, none, and waits. */
  #ask(held: Held): Reservation['verdicts'] {
    if (this.#gate) return this.#askAfter(this.#gate.promise, held)
    const { ids, number } = held
    const { keys, contents } = ids
    const table = this.#table
    const verdicts: (Verdict | undefined)[] = new Array(contents.length)
    const onDisk: number[] = []
    let open = false
    for (let at = 0; at < contents.length; at++) {
      const content = contents[at] as number
      const where = table.insert(keys, 4 * at, content, -number)
      if (where < 0) {
        if (this.#stored.mayHold(keys, 4 * at)) onDisk.push(at)
        else verdicts[at] = 'new'
        continue
      }
      const state = table.state(where)
      if (state === -number) {
        // given twice in one group: what the first one is must be known
        open = true
        if (this.#stored.mayHold(keys, 4 * at)) onDisk.push(at)
        continue
      }
      const same = table.content(where) === content
      const wait = state < 0 ? this.#endOf(-state) : !same && state > this.#judged ? this.#judgement.promise : undefined
      if (wait) {
        this.#free(held)
        return this.#askAfter(wait, held)
      }
      verdicts[at] = same ? 'duplicate' : 'conflict'
    }
    if (onDisk.length > 0) return this.#askDisk(held, verdicts, onDisk)
    if (open) this.#decideRepeats(held, verdicts, new Map())
    held.verdicts = verdicts as Verdict[]
    return held.verdicts
  }

  async #askAfter(wait: Promise<void>, held: Held): Promise<readonly Verdict[]> {
    held.waits = true
    await wait
    if (held.over) throw internal('the reservation is over')
    held.waits = false
    return this.#ask(held)
  }

  async #askDisk(
    held: Held,
    verdicts: (Verdict | undefined)[],
    places: readonly number[],
  ): Promise<readonly Verdict[]> {
    const { keys, contents } = held.ids
    const found = await this.#stored.lookUp(held.ids, places)
    if (held.over) throw internal('the reservation is over')
    for (const [at, content] of found) {
      verdicts[at] = content === contents[at] ? 'duplicate' : 'conflict'
      const where = this.#table.find(keys, 4 * at)
      if (where >= 0 && this.#table.state(where) === -held.number) this.#table.remove(where)
    }
    this.#decideRepeats(held, verdicts, found)
    held.verdicts = verdicts as Verdict[]
    return held.verdicts
  }

  /** Of the same id twice in a group the first is new, and the second is held against it. */
  #decideRepeats(held: Held, verdicts: (Verdict | undefined)[], found: ReadonlyMap<number, number>): void {
    const { keys, contents } = held.ids
    const seen = new Set<number>()
    for (let at = 0; at < verdicts.length; at++) {
      if (verdicts[at] !== 'new' && (verdicts[at] !== undefined || found.has(at))) continue
      const where = this.#table.find(keys, 4 * at)
      if (!seen.has(where)) verdicts[at] = 'new'
      else verdicts[at] = this.#table.content(where) === contents[at] ? 'duplicate' : 'conflict'
      seen.add(where)
    }
  }

  #confirm(held: Held, first: number, rankOf: (at: number) => number): void {
    const { ids, verdicts } = held
    if (held.over || verdicts.length < ids.contents.length)
      throw internal('a reservation is confirmed that is over, or not decided')
    for (let at = 0; at < verdicts.length; at++) {
      if (verdicts[at] !== 'new') continue
      const offset = first + rankOf(at)
      if (offset < this.#sealed) throw internal(`offset ${offset} is confirmed after it was sealed`)
      this.#table.setState(this.#table.find(ids.keys, 4 * at), offset + 1)
    }
    this.#endNow(held)
  }

  #release(held: Held): void {
    if (held.over) return
    this.#free(held)
    this.#endNow(held)
  }

  #endNow(held: Held): void {
    held.over = true
    this.#held.delete(held.number)
    held.end?.resolve()
  }

  /** Gives back what a group holds as yet. */
  #free({ ids: { keys, contents }, number }: Held): void {
    for (let at = 0; at < contents.length; at++) {
      const where = this.#table.find(keys, 4 * at)
      if (where >= 0 && this.#table.state(where) === -number) this.#table.remove(where)
    }
  }

  #endOf(number: number): Promise<void> {
    const held = this.#held.get(number)
    if (!held) throw internal('an id is held by a reservation that is over')
    held.end ??= Promise.withResolvers<void>()
    return held.end.promise
  }
}

function internal(reason: string): MillraceError {
  return new MillraceError('INTERNAL', { reason })
}
