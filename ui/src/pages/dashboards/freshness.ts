import type { TabAnswer } from '../../../../src/api/dashboards.ts'
import type { Heard, Phase } from '../../data/changes/heard.ts'
import { ago } from '../../data/format.ts'

type Position = Pick<TabAnswer['position'], 'versions' | 'offsets'>

/** The names whose rows are further than a position, as far as the server has told. */
export function movedOn(
  { versions, offsets }: Position,
  { tables, streams }: Pick<Heard, 'tables' | 'streams'>,
  reads: readonly string[],
): readonly string[] {
  return reads.filter((name) => {
    const offset = offsets[name]
    const heard = streams[name]
    // the rows of a stream are in every answer at once: how much of them its table has makes no difference
    if (offset !== undefined) return heard !== undefined && BigInt(heard) > BigInt(offset)
    const version = versions[name]
    return version !== undefined && (tables[name] ?? version) > version
  })
}

export interface Freshness {
  readonly text: string
  readonly tone: 'fresh' | 'aging' | 'lost'
}

interface Seen {
  readonly phase: Phase
  /** When the server was last heard. */
  readonly lastMs: number | undefined
  /** When the answer was asked for. */
  readonly askedMs: number
  readonly isBehind: boolean
  readonly nowMs: number
}

const clock = new Intl.DateTimeFormat('en', { timeStyle: 'medium', hourCycle: 'h23' })
/** What is so young is on its way. */
const youngMs = 2_500

/** How fresh what is shown is. Nothing is called fresh while the server is not heard. */
export function freshnessOf({ phase, lastMs, askedMs, isBehind, nowMs }: Seen): Freshness {
  const ageMs = nowMs - askedMs
  if (phase === 'stale') {
    // until it was last heard nothing had moved, unless it is behind already
    const seenMs = isBehind ? askedMs : Math.max(askedMs, lastMs ?? askedMs)
    return { text: `last seen ${clock.format(seenMs)}`, tone: 'lost' }
  }
  if (phase === 'live' && (!isBehind || ageMs < youngMs)) return { text: 'now', tone: 'fresh' }
  return { text: ageMs < youngMs ? 'a moment ago' : ago(ageMs), tone: 'aging' }
}

/** The position in words, for whoever asks exactly. */
export function positionText({ versions, offsets }: Position, reads: readonly string[]): string {
  const own = (at: Readonly<Record<string, unknown>>, word: string) =>
    Object.entries(at)
      .filter(([name]) => reads.includes(name))
      .map(([name, value]) => `${name} ${word} ${String(value)}`)
  return [...own(versions, 'version'), ...own(offsets, 'up to offset')].join('\n')
}
