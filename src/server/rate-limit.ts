import type { Grant } from './access.ts'

/**
 * Counts the requests of each token: a second's worth may come at once, and then as many a second (a token bucket). What
 * has no limit is not counted.
 */
export class RateLimit {
  readonly #now: () => number
  readonly #buckets = new Map<string, { left: number; atMs: number }>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** Takes a request in; or the seconds after which one would be taken. */
  take(grant: Grant): number | undefined {
    return 'name' in grant ? this.takeOf(`${grant.kind} ${grant.name}`, limitOf(grant)) : undefined
  }

  /** The same for whoever has this name. */
  takeOf(name: string, limit: number | undefined): number | undefined {
    if (limit === undefined) return undefined
    const nowMs = this.#now()
    const bucket = this.#buckets.get(name) ?? { left: limit, atMs: nowMs }
    this.#buckets.set(name, bucket)
    // a clock that is set back gives nothing, and takes nothing
    bucket.left = Math.min(limit, bucket.left + (Math.max(0, nowMs - bucket.atMs) * limit) / 1000)
    bucket.atMs = nowMs
    if (bucket.left < 1) return Math.max(1, Math.ceil((1 - bucket.left) / limit))
    bucket.left--
    return undefined
  }
}

/** Requests a second that a grant allows. */
export function limitOf(grant: Grant): number | undefined {
  return 'requestsPerSecond' in grant ? grant.requestsPerSecond : undefined
}
