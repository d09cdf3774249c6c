import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** After that somebody signs in again. */
const lastingMs = 30 * 24 * 3600_000

/**
 * Cookies of those who are signed in: `ID.EXPIRES.SIGNATURE`, signed with the digest of their token. Nothing is kept for
 * them: they outlive a restart, and end with their token. It cannot be read from one.
 */
export class SessionCookies {
  readonly #now: () => number
  /** The digests of tokens by what a cookie calls them. */
  readonly #digests = new Map<string, string>()

  constructor(now: () => number, digests: Iterable<string>) {
    this.#now = now
    for (const digest of digests) this.#digests.set(idOf(digest), digest)
  }

  /** What says, for a while, that somebody had the token of this digest. */
  issue(digest: string): string {
    const text = `${idOf(digest)}.${this.#now() + lastingMs}`
    return `${text}.${signature(text, digest)}`
  }

  /** The digest of the token that a cookie was issued for; undefined where it is none of ours, or of old. */
  digestOf(cookie: string): string | undefined {
    const [, text = '', id = '', expires = '', signed = ''] =
      /^(([\w-]{16})\.(\d{1,15}))\.([\w-]{43})$/.exec(cookie) ?? []
    const digest = this.#digests.get(id)
    if (digest === undefined || Number(expires) <= this.#now()) return undefined
    return timingSafeEqual(Buffer.from(signed), Buffer.from(signature(text, digest))) ? digest : undefined
  }
}

function idOf(digest: string): string {
  return createHash('sha256').update(`session of ${digest}`).digest('base64url').slice(0, 16)
}

function signature(text: string, digest: string): string {
  return createHmac('sha256', digest).update(text).digest('base64url')
}

/** Cookies know no ports: servers of one machine would take each other's without a name of their own. */
function nameFor(host: string | undefined): string {
  return `millrace_session${/:(\d{1,5})$/.exec(host ?? '')?.[1] ?? ''}`
}

/** The session that a request came with. */
export function sessionIn(cookies: string | undefined, host: string | undefined): string | undefined {
  const wanted = `${nameFor(host)}=`
  const found = cookies?.split(';').find((each) => each.trim().startsWith(wanted))
  return found?.trim().slice(wanted.length)
}

/** `Set-Cookie` of a session, and without one what ends it. No script reads it, and no other site's page sends it. */
export function setCookie(session: string | undefined, host: string | undefined, origin: string | undefined): string {
  const seconds = session === undefined ? 0 : lastingMs / 1000
  const secure = origin?.startsWith('https:') ? '; Secure' : ''
  return `${nameFor(host)}=${session ?? ''}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`
}
