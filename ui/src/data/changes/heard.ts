import type { Advanced, RatesTold } from '../../../../src/api/changes.ts'

/** What the server has told of how far all is, and when it was last heard. */
export interface Heard {
  readonly open: boolean
  /** When a connection was first wanted, and when the server was last heard on one, in this machine’s time. */
  readonly sinceMs: number
  readonly lastMs: number | undefined
  /** Of connections: a new one tells all there is. */
  readonly connection: number
  readonly tables: Advanced['tables']
  readonly streams: Advanced['streams']
  readonly failing: Advanced['failing']
  readonly rates: RatesTold['streams']
  /** How often something was told of runs. */
  readonly runs: number
}

export type Told =
  | { readonly event: 'advanced'; readonly data: Advanced }
  | { readonly event: 'rates'; readonly data: RatesTold }
  | { readonly event: 'runs' }
  | { readonly event: 'alive' }
  | { readonly event: 'lost' }

export function nothingHeard(nowMs: number): Heard {
  return {
    open: false,
    sinceMs: nowMs,
    lastMs: undefined,
    connection: 0,
    tables: {},
    streams: {},
    failing: {},
    rates: {},
    runs: 0,
  }
}

/** What is known after something was told. */
export function heardAlso(heard: Heard, told: Told, nowMs: number): Heard {
  if (told.event === 'lost') return { ...heard, open: false, rates: {} }
  const now = { ...heard, open: true, lastMs: nowMs, connection: heard.open ? heard.connection : heard.connection + 1 }
  if (told.event === 'alive') return now
  if (told.event === 'runs') return { ...now, runs: heard.runs + 1 }
  if (told.event === 'rates') return { ...now, rates: told.data.streams }
  // the first of a connection is all there is: what is not in it is gone
  if (!heard.open) return { ...now, ...told.data }
  return {
    ...now,
    tables: { ...heard.tables, ...told.data.tables },
    streams: { ...heard.streams, ...told.data.streams },
    failing: { ...heard.failing, ...told.data.failing },
  }
}

/** The tables and streams that are elsewhere than they were, and models that begin or cease to fail; `all` where what happened in between was not heard. */
export function movedBetween(before: Heard, now: Heard): 'all' | readonly string[] {
  if (before.connection !== now.connection) return 'all'
  const moved = (a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>) =>
    a === b ? [] : Object.keys(b).filter((name) => a[name] !== b[name])
  const { tables, streams, failing } = before
  return [...new Set([...moved(tables, now.tables), ...moved(streams, now.streams), ...moved(failing, now.failing)])]
}

/** How much of what a page shows may be believed. */
export type Phase = 'connecting' | 'live' | 'reconnecting' | 'stale'

/** The server tells every four seconds that it is there. */
const silenceMs = 10_000
/** What is shorter than this is no news. */
const patienceMs = 3_000

export function phaseOf({ open, lastMs, sinceMs }: Heard, nowMs: number): Phase {
  if (lastMs === undefined) return nowMs - sinceMs < patienceMs ? 'connecting' : 'stale'
  const silentMs = nowMs - lastMs
  if (open) return silentMs < silenceMs ? 'live' : 'stale'
  return silentMs < patienceMs ? 'reconnecting' : 'stale'
}
