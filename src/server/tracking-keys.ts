import { MillraceError } from '../core/errors.ts'
import type { TrackingSource } from '../sources/tracking-source.ts'
import { digest, type Gate, isLoopback, isOwn, tokenOf } from './access.ts'

/** A request with a write key: in its header, or, of browsers that may not send one, in its body. */
export interface KeyAsking {
  readonly host: string | undefined
  readonly origin: string | undefined
  readonly authorization: string | undefined
  readonly writeKey: string | undefined
}

/** Finds the tracking source that a request is for, by its write key. Keys are kept as digests, as tokens are. */
export class TrackingKeys {
  readonly #gate: Gate
  readonly #sources: readonly TrackingSource[]
  readonly #byKey = new Map<string, TrackingSource>()

  constructor(sources: readonly TrackingSource[], gate: Gate) {
    this.#gate = gate
    this.#sources = sources
    for (const source of sources) for (const key of [source.key ?? []].flat()) this.#byKey.set(digest(key), source)
  }

  /** Whether pages of an origin may send with any of the keys: what a browser asks before it sends one. */
  allows(origin: string, host: string | undefined): boolean {
    return this.#sources.some((source) => this.#mayUse(source, origin, host))
  }

  /** WRITE_KEY_REFUSED, HOST_REFUSED, ORIGIN_REFUSED. */
  sourceOf({ host, origin, authorization, writeKey }: KeyAsking): TrackingSource {
    // a page elsewhere can have its own name mean this machine
    if (this.#gate.isOpen && !isLoopback(host))
      throw new MillraceError('HOST_REFUSED', { host: (host ?? '').slice(0, 100) })
    const key = tokenOf(authorization) ?? writeKey
    const keyless = this.#gate.isOpen ? this.#sources.find((source) => source.key === undefined) : undefined
    const source = key === undefined ? keyless : (this.#byKey.get(digest(key)) ?? keyless)
    if (!source)
      throw new MillraceError('WRITE_KEY_REFUSED', { reason: key === undefined ? 'none was sent' : 'it is none' })
    if (origin !== undefined && !this.#mayUse(source, origin, host))
      throw new MillraceError('ORIGIN_REFUSED', { origin: origin.slice(0, 100) })
    return source
  }

  #mayUse({ origins = [] }: TrackingSource, origin: string, host: string | undefined): boolean {
    if (isOwn(origin, host) || origins.includes(origin) || origins.includes('*')) return true
    // without tokens nobody but this machine is answered, and its other ports may be where the page is written
    return this.#gate.isOpen && isLoopback(/^https?:\/\/(.+)$/.exec(origin)?.[1])
  }
}
