/** A question that was asked from this browser. No rows: what they held is nobody's but whoever may read them. */
export interface Asked {
  readonly sql: string
  readonly atMs: number
  /** How it ended. */
  readonly end: 'answered' | 'refused' | 'cancelled'
  readonly rows?: number
  readonly elapsedMs?: number
}

/** So many are kept, and so many characters of one. */
const [most, longest] = [50, 20_000]

/** The history with a question before all others; asked again, it is there once. */
export function withAsked(history: readonly Asked[], asked: Asked): readonly Asked[] {
  if (asked.sql.length > longest) return history
  return [asked, ...history.filter(({ sql }) => sql.trim() !== asked.sql.trim())].slice(0, most)
}

/** What a browser has kept, whatever became of it there. */
export function parseHistory(text: string | null): readonly Asked[] {
  try {
    const given: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(given) ? given.filter(isAsked).slice(0, most) : []
  } catch {
    return []
  }
}

function isAsked(given: unknown): given is Asked {
  if (typeof given !== 'object' || given === null) return false
  const { sql, atMs, end } = given as Partial<Asked>
  return typeof sql === 'string' && typeof atMs === 'number' && ends.includes(end ?? '')
}

const ends: readonly string[] = ['answered', 'refused', 'cancelled']
