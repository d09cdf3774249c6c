import { setImmediate as nextTurn } from 'node:timers/promises'

/** The content of an id that did not come by the log: the table tells it, should it ever be needed. No row has it. */
export const unknownContent = 0

/** Keys of 128 bits, four words each with the most significant first, and the content hash of each. */
export interface IdBatch {
  readonly keys: Uint32Array
  readonly contents: Uint32Array
}

/** Ids that are given once, in batches that are their taker's to write into. */
export interface Ids {
  readonly batches: AsyncIterable<IdBatch> | Iterable<IdBatch>
  /** How many there are at most, where they come in the order of their keys; else they come in any. */
  readonly sorted?: number
}

/** Batches one after the other. */
export function joined(batches: readonly IdBatch[]): IdBatch {
  const count = batches.reduce((sum, { contents }) => sum + contents.length, 0)
  const all = { keys: new Uint32Array(4 * count), contents: new Uint32Array(count) }
  let at = 0
  for (const { keys, contents } of batches) {
    all.keys.set(keys, 4 * at)
    all.contents.set(contents, at)
    at += contents.length
  }
  return all
}

/** Ids that are looked at in one turn of the event loop: a few milliseconds. */
const stretch = 2 ** 16

/** More are not sorted at once: an index of so many and 32 bits of a key are the 53 bits of a double. */
export const sortedAtOnce = 2 ** 21

/** The same ids in the order of their keys; of equal keys the first alone. At most `sortedAtOnce`. */
export function sortIds({ keys, contents }: IdBatch): IdBatch {
  const order = inOrder(contents.length)
  sortRange(keys, order, 0, order.length, 0)
  let count = 0
  for (let place = 0; place < order.length; place++) {
    const from = order[place] as number
    if (count === 0 || compareKeys(keys, 4 * from, keys, 4 * (order[count - 1] as number)) !== 0) order[count++] = from
  }
  return pick({ keys, contents }, order.subarray(0, count))
}

/** As `sortIds`, in slices of some thousand ids, each of which is sorted when it is asked for; others have their turn. */
export async function* sortedSlices(batch: IdBatch): AsyncGenerator<IdBatch> {
  const { keys, contents } = batch
  const order = inOrder(contents.length)
  const bit = firstDifference(keys, order, 0, order.length, 0)
  const sliceBits = Math.min(16, Math.ceil(Math.log2(contents.length / 4096)))
  if (bit === undefined || sliceBits < 1) {
    yield sortIds(batch)
    return
  }
  const sliceOf = (at: number): number => bitsAt(keys, 4 * at, bit) >>> (32 - sliceBits)
  const ends = new Uint32Array(2 ** sliceBits + 1)
  for (let at = 0; at < contents.length; at++) {
    const slice = sliceOf(at) + 1
    ends[slice] = (ends[slice] as number) + 1
    if (at % stretch === 0) await nextTurn()
  }
  for (let slice = 1; slice < ends.length; slice++) ends[slice] = (ends[slice] as number) + (ends[slice - 1] as number)
  const starts = ends.slice()
  for (let at = 0; at < contents.length; at++) {
    const slice = sliceOf(at)
    const place = starts[slice] as number
    order[place] = at
    starts[slice] = place + 1
    if (at % stretch === 0) await nextTurn()
  }
  for (let slice = 1; slice < ends.length; slice++) {
    const [start, end] = [ends[slice - 1] as number, ends[slice] as number]
    if (end > start) yield sortIds(pick(batch, order.subarray(start, end)))
  }
}

function pick({ keys, contents }: IdBatch, order: Uint32Array): IdBatch {
  const picked = { keys: new Uint32Array(4 * order.length), contents: new Uint32Array(order.length) }
  for (let place = 0; place < order.length; place++) {
    const from = order[place] as number
    copyKey(keys, 4 * from, picked.keys, 4 * place)
    picked.contents[place] = contents[from] as number
  }
  return picked
}

function inOrder(count: number): Uint32Array {
  const order = new Uint32Array(count)
  for (let at = 0; at < count; at++) order[at] = at
  return order
}

export function copyKey(from: Uint32Array, at: number, to: Uint32Array, place: number): void {
  to[place] = from[at] as number
  to[place + 1] = from[at + 1] as number
  to[place + 2] = from[at + 2] as number
  to[place + 3] = from[at + 3] as number
}

export function compareKeys(a: Uint32Array, atA: number, b: Uint32Array, atB: number): number {
  for (let word = 0; word < 4; word++) {
    const difference = (a[atA + word] as number) - (b[atB + word] as number)
    if (difference !== 0) return difference
  }
  return 0
}

/**
 * Sorts by the first 32 bits in which the keys differ, as doubles (such an array is sorted without a comparing function),
 * then those that are alike in them by the bits that follow. UUIDs that begin with the time have much in common.
 */
function sortRange(keys: Uint32Array, order: Uint32Array, start: number, end: number, fromBit: number): void {
  const bit = firstDifference(keys, order, start, end, fromBit)
  if (bit === undefined) {
    order.subarray(start, end).sort()
    return
  }
  const packed = new Float64Array(end - start)
  for (let place = start; place < end; place++) {
    const from = order[place] as number
    packed[place - start] = bitsAt(keys, 4 * from, bit) * sortedAtOnce + from
  }
  packed.sort()
  let from = 0
  for (let place = 0; place < packed.length; place++) {
    const value = packed[place] as number
    order[start + place] = value % sortedAtOnce
    const next = packed[place + 1]
    if (next !== undefined && Math.floor(next / sortedAtOnce) === Math.floor(value / sortedAtOnce)) continue
    if (place > from && bit + 32 < 128) sortRange(keys, order, start + from, start + place + 1, bit + 32)
    from = place + 1
  }
}

function firstDifference(
  keys: Uint32Array,
  order: Uint32Array,
  start: number,
  end: number,
  fromBit: number,
): number | undefined {
  const first = 4 * (order[start] as number)
  for (let word = fromBit >> 5; word < 4; word++) {
    let differing = 0
    for (let place = start; place < end; place++)
      differing |= (keys[first + word] as number) ^ (keys[4 * (order[place] as number) + word] as number)
    if (differing !== 0) return Math.max(fromBit, 32 * word + Math.clz32(differing))
  }
  return undefined
}

/** 32 bits of a key from any bit on; past its end zeros. */
function bitsAt(keys: Uint32Array, at: number, bit: number): number {
  const [word, shift] = [bit >> 5, bit & 31]
  const high = (keys[at + word] as number) << shift
  const low = shift === 0 || word === 3 ? 0 : (keys[at + word + 1] as number) >>> (32 - shift)
  return (high | low) >>> 0
}

/** Where a key stands among ids that are in the order of their keys; -1 where it does not. */
export function placeOf({ keys, contents }: IdBatch, key: Uint32Array, at: number): number {
  let [low, high] = [0, contents.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareKeys(keys, 4 * middle, key, at) < 0) low = middle + 1
    else high = middle
  }
  return low < contents.length && compareKeys(keys, 4 * low, key, at) === 0 ? low : -1
}
