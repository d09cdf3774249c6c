/** Characters that are kept; two bytes each at most. */
const usualLimit = 16 * 1024 * 1024

/** What was answered before, by what it was asked at. */
export interface Memory<Answer> {
  get(key: string): Answer | undefined
  put(key: string, answer: Answer): void
}

/** The answers that were given last, as many as there is room for by their characters. */
export function memoryOf<Answer>(charactersOf: (answer: Answer) => number, limit = usualLimit): Memory<Answer> {
  const kept = new Map<string, Answer>()
  let held = 0
  const sizeOf = (key: string, answer: Answer) => key.length + charactersOf(answer)
  const drop = (key: string, answer: Answer): void => {
    kept.delete(key)
    held -= sizeOf(key, answer)
  }
  return {
    get(key) {
      const found = kept.get(key)
      if (found === undefined) return undefined
      kept.delete(key)
      kept.set(key, found)
      return found
    },
    put(key, answer) {
      const before = kept.get(key)
      if (before !== undefined) drop(key, before)
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
