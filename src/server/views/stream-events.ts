import type { StreamEvents } from '../../api/streams.ts'
import { MillraceError } from '../../core/errors.ts'
import { suggest } from '../../core/suggest.ts'
import type { LiveProject } from '../../project/live.ts'
import type { ProjectSettings, Target } from '../../project/parse.ts'
import { newestEvents, withoutPersonal } from '../../project/stream-tail.ts'
import { type Allowed, isAllowed } from './tables.ts'

export interface EventsAsked {
  readonly name: string
  readonly last: number
  readonly from?: bigint
  readonly allowed: Allowed
}

/** The newest events that a stream's log still has. NAME_UNKNOWN, also for a stream that may not be read. */
export async function eventsView(
  { targets }: ProjectSettings,
  { streams }: LiveProject,
  { name, last, from, allowed }: EventsAsked,
): Promise<StreamEvents> {
  const live = isAllowed(allowed, name) ? streams.get(name) : undefined
  if (!live) {
    const names = [...streams.keys()].filter((each) => isAllowed(allowed, each))
    throw new MillraceError('NAME_UNKNOWN', { what: 'stream', name, suggestion: suggest(name, names) })
  }
  const { contract } = targets.get(name) as Target
  const { events, next } = await newestEvents(live.log, { last, from: from ?? 0n })
  return {
    events: events.map(({ offset, receivedAtUs, payload }) => ({
      offset: String(offset),
      received_at: new Date(receivedAtUs / 1000).toISOString(),
      event: withoutPersonal(Buffer.from(payload), contract).toString(),
    })),
    next: String(next),
  }
}
