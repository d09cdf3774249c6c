import { placeOf } from './key-hash.ts'
import { copyKey, type IdBatch } from './sort.ts'

/** Shards grow one by one, so that none makes a request wait long. */
const shardBits = 6
const shardCount = 2 ** shardBits
const firstSlots = 16
const fullest = 0.75
const growth = 1.25

/**
 * Keys of 128 bits with a content hash of 32 bits and a state each: any number but 0. Open addressing with linear
 * probing in typed arrays, 28 bytes a slot, 60 to 75 of a hundred slots in use while it grows. Where a key stands is
 * good until the next `insert` or `remove`.
 */
export class IdTable {
  readonly parts = shardCount
  readonly #tables: Uint32Array
  readonly #shards: Shard[] = []
  #size = 0

  constructor(tables: Uint32Array) {
    this.#tables = tables
    for (let at = 0; at < shardCount; at++) this.#shards.push(emptyShard(firstSlots))
  }

  get size(): number {
    return this.#size
  }

  get bytes(): number {
    return this.#shards.reduce((sum, { slots }) => sum + 28 * slots, 0)
  }

  /** Where a key stands; -1 when it does not. */
  find(keys: Uint32Array, at: number): number {
    const place = placeOf(this.#tables, keys, at)
    const shard = place >>> (32 - shardBits)
    const slot = slotOf(this.#shards[shard] as Shard, place, keys, at)
    return (this.#shards[shard] as Shard).states[slot] === 0 ? -1 : slot * shardCount + shard
  }

  /** Where a key stands already; -1 where it did not, and does now. */
  insert(keys: Uint32Array, at: number, content: number, state: number): number {
    const place = placeOf(this.#tables, keys, at)
    const index = place >>> (32 - shardBits)
    let shard = this.#shards[index] as Shard
    let slot = slotOf(shard, place, keys, at)
    if (shard.states[slot] !== 0) return slot * shardCount + index
    if (shard.used + 1 > shard.slots * fullest) {
      shard = this.#resized(shard, Math.ceil(shard.slots * growth) + 1)
      this.#shards[index] = shard
      slot = slotOf(shard, place, keys, at)
    }
    put(shard, slot, keys, at, content, state)
    this.#size++
    return -1
  }

  content(where: number): number {
    return this.#shard(where).contents[Math.floor(where / shardCount)] as number
  }

  state(where: number): number {
    return this.#shard(where).states[Math.floor(where / shardCount)] as number
  }

  setState(where: number, state: number): void {
    this.#shard(where).states[Math.floor(where / shardCount)] = state
  }

  setContent(where: number, content: number): void {
    this.#shard(where).contents[Math.floor(where / shardCount)] = content
  }

  /** Those that stand behind it and would not be found over the gap move up. */
  remove(where: number): void {
    const shard = this.#shard(where)
    const { keys, contents, states, slots } = shard
    let gap = Math.floor(where / shardCount)
    for (let slot = (gap + 1) % slots; states[slot] !== 0; slot = (slot + 1) % slots) {
      const home = homeOf(placeOf(this.#tables, keys, 4 * slot), slots)
      const reaches = (slot - home + slots) % slots >= (slot - gap + slots) % slots
      if (!reaches) continue
      put(shard, gap, keys, 4 * slot, contents[slot] as number, states[slot] as number)
      gap = slot
    }
    states[gap] = 0
    shard.used--
    this.#size--
    if (shard.used === 0 && slots > firstSlots)
      this.#shards[this.#shards.indexOf(shard)] = emptyShard(Math.max(firstSlots, Math.ceil(slots / 2)))
  }

  /** The keys of one part of the table whose state is more than 0, and at most `upTo`: `part` is below `parts`. */
  upTo(part: number, upTo: number): IdBatch {
    const { keys, contents, states, slots, used } = this.#shards[part] as Shard
    const found = { keys: new Uint32Array(4 * used), contents: new Uint32Array(used) }
    let count = 0
    for (let slot = 0; slot < slots; slot++) {
      const state = states[slot] as number
      if (state <= 0 || state > upTo) continue
      copyKey(keys, 4 * slot, found.keys, 4 * count)
      found.contents[count++] = contents[slot] as number
    }
    return { keys: found.keys.subarray(0, 4 * count), contents: found.contents.subarray(0, count) }
  }

  /** Takes them out. */
  removeUpTo(part: number, upTo: number): void {
    const old = this.#shards[part] as Shard
    const kept = this.#resized(old, old.slots, (state) => state < 0 || state > upTo)
    this.#size -= old.used - kept.used
    this.#shards[part] = kept.used === 0 ? emptyShard(Math.max(firstSlots, Math.ceil(old.slots / 2))) : kept
  }

  #shard(where: number): Shard {
    return this.#shards[where % shardCount] as Shard
  }

  #resized(old: Shard, slots: number, keeps: (state: number) => boolean = () => true): Shard {
    const shard = emptyShard(slots)
    const { keys, contents, states } = old
    for (let slot = 0; slot < old.slots; slot++) {
      const state = states[slot] as number
      if (state === 0 || !keeps(state)) continue
      const to = slotOf(shard, placeOf(this.#tables, keys, 4 * slot), keys, 4 * slot)
      put(shard, to, keys, 4 * slot, contents[slot] as number, state)
    }
    return shard
  }
}

interface Shard {
  readonly slots: number
  readonly keys: Uint32Array
  readonly contents: Uint32Array
  /** 0: the slot is free. */
  readonly states: Float64Array
  used: number
}

function emptyShard(slots: number): Shard {
  return {
    slots,
    keys: new Uint32Array(4 * slots),
    contents: new Uint32Array(slots),
    states: new Float64Array(slots),
    used: 0,
  }
}

/** The top bits of a place choose the shard; those below them the slot. */
function homeOf(place: number, slots: number): number {
  return Math.floor((((place << shardBits) >>> 0) / 2 ** 32) * slots)
}

/** The slot of a key, or the free one where it would stand. */
function slotOf({ keys, states, slots }: Shard, place: number, words: Uint32Array, at: number): number {
  let slot = homeOf(place, slots)
  while (states[slot] !== 0) {
    const from = 4 * slot
    if (
      keys[from] === words[at] &&
      keys[from + 1] === words[at + 1] &&
      keys[from + 2] === words[at + 2] &&
      keys[from + 3] === words[at + 3]
    )
      return slot
    slot = slot + 1 === slots ? 0 : slot + 1
  }
  return slot
}

function put(shard: Shard, slot: number, words: Uint32Array, at: number, content: number, state: number): void {
  copyKey(words, at, shard.keys, 4 * slot)
  shard.contents[slot] = content
  if (shard.states[slot] === 0) shard.used++
  shard.states[slot] = state
}
