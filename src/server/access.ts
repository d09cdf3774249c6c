import { createHash } from 'node:crypto'
import { MillraceError } from '../core/errors.ts'
import type { Access, ReadToken, WriteKey } from '../project/server-settings.ts'
import { SessionCookies, sessionIn } from './session-cookies.ts'

/** What a request was found to be allowed. */
export type Grant =
  | { readonly kind: 'admin' | 'local' | 'anyone' }
  | ({ readonly kind: 'write' } & Omit<WriteKey, 'token'>)
  | ({ readonly kind: 'read' } & Omit<ReadToken, 'token'>)

/** What a route asks for. `tables`: a token to read tables; one for dashboards alone is not. */
export type Need = 'nothing' | 'admin' | 'read' | 'tables' | { readonly write: string }

type Asked = Exclude<Need, 'nothing'>

export interface Asking {
  readonly method: string
  readonly host: string | undefined
  readonly origin: string | undefined
  readonly authorization: string | undefined
  readonly cookie: string | undefined
}

/** The tables that a grant lets be read. */
export function tablesOf(grant: Grant): 'all' | readonly string[] {
  return grant.kind === 'read' ? grant.tables : 'all'
}

/** The dashboards that a grant lets be seen, with all that is on them. */
export function dashboardsOf(grant: Grant): 'all' | readonly string[] {
  return grant.kind === 'read' ? (grant.dashboards ?? []) : 'all'
}

/** Whether a grant is for all there is to see and to do. */
export function mayChange({ kind }: Grant): boolean {
  return kind === 'admin' || kind === 'local'
}

/** Who has begun a run, in words. */
export function beganBy({ kind }: Grant): string {
  return kind === 'admin' ? 'an admin' : 'somebody on this machine'
}

/** Finds out what a request may do. Tokens are kept as digests, which are compared: no time tells how much was right. */
export class Gate {
  readonly #grants = new Map<string, Grant>()
  readonly #origins = new Set<string>()
  readonly #sessions: SessionCookies

  constructor({ admin, write, read }: Access, now: () => number) {
    for (const token of admin) this.#grants.set(digest(token), { kind: 'admin' })
    for (const { token, ...key } of write) {
      this.#grants.set(digest(token), { kind: 'write', ...key })
      for (const origin of key.origins) this.#origins.add(origin)
    }
    for (const { token, ...key } of read) this.#grants.set(digest(token), { kind: 'read', ...key })
    const readers = [...this.#grants].filter(([, { kind }]) => kind !== 'write').map(([token]) => token)
    this.#sessions = new SessionCookies(now, readers)
  }

  get isOpen(): boolean {
    return this.#grants.size === 0
  }

  /** Whether pages of an origin may use any of the write keys: what a browser asks before it sends one. */
  allows(origin: string): boolean {
    return this.#origins.has(origin) || this.#origins.has('*')
  }

  /** TOKEN_MISSING, TOKEN_REFUSED, HOST_REFUSED, ORIGIN_REFUSED. */
  admit(asking: Asking, need: Need): Grant {
    if (need === 'nothing') return { kind: 'anyone' }
    const grant = this.#grantOf(asking, need)
    const { origin, host } = asking
    // browsers say where what changes something comes from; other ports of this machine send its cookies too
    if (asking.authorization === undefined && !this.isOpen && asking.method !== 'GET' && asking.method !== 'HEAD')
      if (origin === undefined || !isOwn(origin, host))
        throw new MillraceError('ORIGIN_REFUSED', { origin: short(origin ?? 'nowhere') })
    if (origin !== undefined && !isOwn(origin, host) && !mayUse(grant, origin))
      throw new MillraceError('ORIGIN_REFUSED', { origin: short(origin) })
    if (!covers(grant, need)) throw new MillraceError('TOKEN_REFUSED', { what: whatOf(need) })
    return grant
  }

  /**
   * Lets somebody in by a token: what they may do, and the cookie by which they are known again; none where no tokens are
   * needed. TOKEN_REFUSED for one that reads nothing, HOST_REFUSED.
   */
  signIn(token: string, asking: Asking): { readonly grant: Grant; readonly session?: string } {
    const grant = this.#grantOf({ ...asking, authorization: `Bearer ${token}` }, 'read')
    if (!covers(grant, 'read')) throw new MillraceError('TOKEN_REFUSED', { what: whatOf('read') })
    return this.isOpen ? { grant } : { grant, session: this.#sessions.issue(digest(token)) }
  }

  #grantOf({ authorization, cookie, host }: Asking, need: Asked): Grant {
    if (this.isOpen) {
      // a page elsewhere can have its own name mean this machine
      if (!isLoopback(host)) throw new MillraceError('HOST_REFUSED', { host: short(host ?? '') })
      return { kind: 'local' }
    }
    const token = tokenOf(authorization)
    const session = authorization === undefined ? sessionIn(cookie, host) : undefined
    const known = token === undefined ? this.#sessions.digestOf(session ?? '') : digest(token)
    const grant = known === undefined ? undefined : this.#grants.get(known)
    if (grant) return grant
    if (token === undefined) throw new MillraceError('TOKEN_MISSING', {})
    throw new MillraceError('TOKEN_REFUSED', { what: whatOf(need) })
  }
}

function covers(grant: Grant, need: Asked): boolean {
  if (mayChange(grant)) return true
  if (need === 'read') return grant.kind === 'read'
  if (need === 'tables') return grant.kind === 'read' && grant.tables.length > 0
  if (need === 'admin' || grant.kind !== 'write') return false
  return grant.streams === 'all' || grant.streams.includes(need.write)
}

function mayUse(grant: Grant, origin: string): boolean {
  return grant.kind === 'write' && (grant.origins.includes(origin) || grant.origins.includes('*'))
}

function whatOf(need: Asked): string {
  if (typeof need === 'object') return `events into ${short(need.write)}`
  if (need === 'tables') return 'tables'
  return need === 'read' ? 'reading' : 'this'
}

/** `Bearer TOKEN`; or `Basic`, with the token as the user, as Segment's libraries send it. */
export function tokenOf(authorization: string | undefined): string | undefined {
  const [, scheme = '', given = ''] = /^(Bearer|Basic) +([\x21-\x7e]{1,1024})$/i.exec(authorization ?? '') ?? []
  if (scheme === '') return undefined
  return scheme.toLowerCase() === 'bearer' ? given : Buffer.from(given, 'base64').toString('utf8').split(':')[0]
}

export function digest(token: string): string {
  return createHash('sha256').update(token).digest('base64')
}

/** A page of this very server. */
export function isOwn(origin: string, host: string | undefined): boolean {
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`)
}

export function isLoopback(host: string | undefined): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)(?::\d{1,5})?$/i.test(host ?? '')
}

function short(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
