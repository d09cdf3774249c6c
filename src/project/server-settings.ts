import type { Faults } from '../contract/declaration.ts'
import { checkKeys, entriesOf, type Fields, fieldsOf, textOf } from './fields.ts'

/** A key that events are sent with. It may stand in a web page: it can write, and nothing else. */
export interface WriteKey {
  readonly name: string
  readonly token: string
  readonly streams: 'all' | readonly string[]
  /** Origins whose pages may use it, as `https://shop.example`; `*` for all. */
  readonly origins: readonly string[]
  readonly requestsPerSecond?: number
}

export interface ReadToken {
  readonly name: string
  readonly token: string
  readonly tables: 'all' | readonly string[]
  /** They are seen with all that is on them, whatever tables that is from; none without it. */
  readonly dashboards?: 'all' | readonly string[]
  readonly requestsPerSecond?: number
}

/** Who may ask for what. Without any token the server answers whoever is on its own machine. */
export interface Access {
  readonly admin: readonly string[]
  readonly write: readonly WriteKey[]
  readonly read: readonly ReadToken[]
}

/** What a project says of its server. */
export interface ServerSettings {
  readonly access: Access
  readonly bodyBytes?: number
}

const shortest = 16

/** Reads `server` of a project file; `streams` are those declared. The tables of read tokens may be models: they are checked when the server starts. */
export function parseServer(given: unknown, streams: readonly string[], faults: Faults): ServerSettings {
  const fields = fieldsOf(given ?? {}, [], faults)
  checkKeys(fields, ['tokens', 'requestsPerSecond', 'bodyBytes'], [], 'setting', faults)
  const usual = wholeOf(fields['requestsPerSecond'], ['requestsPerSecond'], 1_000_000, faults)
  const bodyBytes = wholeOf(fields['bodyBytes'], ['bodyBytes'], 1024 ** 3, faults)
  const tokens = fieldsOf(fields['tokens'] ?? {}, ['tokens'], faults)
  checkKeys(tokens, ['admin', 'write', 'read'], ['tokens'], 'kind of token', faults)
  const token = tokenReader(faults)
  const limit = (declared: Fields, path: readonly string[]) => {
    const own = wholeOf(declared['requestsPerSecond'], [...path, 'requestsPerSecond'], 1_000_000, faults) ?? usual
    return own !== undefined && { requestsPerSecond: own }
  }
  const admin = listOf(tokens['admin'] ?? [], ['tokens', 'admin'], faults).map((each) =>
    token(each, ['tokens', 'admin']),
  )
  const write = entriesOf(tokens, 'write', faults).map(([name, declared, at]): WriteKey => {
    const path = ['tokens', ...at]
    checkKeys(declared, ['key', 'streams', 'origins', 'requestsPerSecond'], path, 'setting', faults)
    const named = namesOf(declared['streams'], [...path, 'streams'], faults)
    if (named !== 'all')
      for (const stream of named)
        if (!streams.includes(stream)) faults.unknownName([...path, 'streams'], 'stream', stream, streams)
    const origins = listOf(declared['origins'] ?? [], [...path, 'origins'], faults)
    for (const origin of origins) checkOrigin(origin, [...path, 'origins'], faults)
    return {
      name,
      token: token(declared['key'], [...path, 'key']),
      streams: named,
      origins,
      ...limit(declared, path),
    }
  })
  const read = entriesOf(tokens, 'read', faults).map(([name, declared, at]): ReadToken => {
    const path = ['tokens', ...at]
    checkKeys(declared, ['token', 'tables', 'dashboards', 'requestsPerSecond'], path, 'setting', faults)
    const hasNone = declared['tables'] === undefined && declared['dashboards'] !== undefined
    const tables = hasNone ? [] : namesOf(declared['tables'], [...path, 'tables'], faults)
    // who may read everything may see everything
    const others = declared['dashboards'] ?? (tables === 'all' ? 'all' : [])
    const dashboards = namesOf(others, [...path, 'dashboards'], faults)
    return { name, token: token(declared['token'], [...path, 'token']), tables, dashboards, ...limit(declared, path) }
  })
  return { access: { admin, write, read }, ...(bodyBytes !== undefined && { bodyBytes }) }
}

/** Reads tokens, none of which may be another; what is said of them never holds one. */
function tokenReader(faults: Faults): (given: unknown, path: readonly string[]) => string {
  const places = new Map<string, string>()
  return (given, path) => {
    const token = textOf(given, path, faults)
    if (token.length < shortest)
      faults.invalid(path, `a token has at least ${shortest} characters; \`openssl rand -hex 24\` makes one`)
    // as a header carries it, and as the user of basic authentication
    if (!/^[\x21-\x39\x3b-\x7e]{1,1024}$/.test(token))
      faults.invalid(path, 'a token is made of at most 1024 printable ASCII characters, without spaces and colons')
    const other = places.get(token)
    if (other !== undefined) faults.invalid(path, `this token is that of ${other} too`)
    places.set(token, path.slice(1, 3).join(' '))
    return token
  }
}

function namesOf(given: unknown, path: readonly string[], faults: Faults): 'all' | readonly string[] {
  if (given === undefined) faults.invalid(path, `${path.at(-1)} is missing: a list of names, or \`all\``)
  return given === 'all' ? given : listOf(given, path, faults)
}

function listOf(given: unknown, path: readonly string[], faults: Faults): readonly string[] {
  if (Array.isArray(given) && given.every((each) => typeof each === 'string')) return given
  return faults.invalid(path, `${path.at(-1)} takes a list of texts`)
}

/** Browsers send `scheme://host[:port]`, in lower case and without a slash: nothing else would ever be equal to it. */
export function checkOrigin(origin: string, path: readonly string[], faults: Faults): void {
  if (origin === '*' || (URL.canParse(origin) && new URL(origin).origin === origin)) return
  const meant = URL.canParse(origin) ? new URL(origin).origin : 'null'
  const hint = meant === 'null' ? 'one is written `https://shop.example`' : `write \`${meant}\``
  faults.invalid(path, `\`${origin}\` is no origin: ${hint}`)
}

export function wholeOf(given: unknown, path: readonly string[], most: number, faults: Faults): number | undefined {
  if (given === undefined) return undefined
  if (typeof given === 'number' && Number.isInteger(given) && given >= 1 && given <= most) return given
  return faults.invalid(path, `${path.at(-1)} takes a whole number from 1 to ${most}`)
}
