import type { SelectRows, TileMemory } from './answer.ts'

/** Characters of rows that are kept; two bytes each at most. */
const usualLimit = 16 * 1024 * 1024

/** The answers that were given last, as many as there is room for. */
export function tileMemory(limit = usualLimit): TileMemory {
  const kept = new Map<string, SelectRows>()
  let held = 0
  const sizeOf = (key: string, { rows }: SelectRows) => key.length + rows.length
  const drop = (key: string, answer: SelectRows): void => {
    kept.delete(key)
    held -= sizeOf(key, answer)
  }
  return {
    get(key) {
      const found = kept.get(key)
      if (!found) return undefined
      kept.delete(key)
      kept.set(key, found)
      return found
    },
    put(key, answer) {
      const before = kept.get(key)
      if (before) drop(key, before)
      const size = sizeOf(key, answer)
      if (size > limit / 4) return
      kept.set(key, answer)
      held += size
      for (const [oldest, its] of kept) {
        if (held <= limit) break
        drop(oldest, its)
      }
    },
  }
}
