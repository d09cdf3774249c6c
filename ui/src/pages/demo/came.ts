import type { StreamEvents } from '../../../../src/api/streams.ts'
import { customerSession } from './purchase.ts'

/** A purchase of whoever looks, from the page or by `curl`. */
export interface Came {
  readonly stream: string
  readonly id: string
  readonly offset: string
}

/** The newest purchase of whoever looks at or after an offset. */
export function newestPurchase({ events }: Pick<StreamEvents, 'events'>, from: bigint): Came | undefined {
  const found = events.findLast(({ offset, event }) => BigInt(offset) >= from && event.includes(`"${customerSession}"`))
  if (!found) return undefined
  const { event_id: id, user_session: session } = JSON.parse(found.event) as Readonly<Record<string, unknown>>
  return session === customerSession && typeof id === 'string'
    ? { stream: 'events', id: id.toLowerCase(), offset: found.offset }
    : undefined
}
