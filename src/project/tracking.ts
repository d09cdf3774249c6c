import type { SegmentRequest } from '../connectors/segment/read-request.ts'
import { routedEvent } from '../connectors/segment/routed-event.ts'
import { trackedEvents } from '../connectors/segment/tracked-events.ts'
import type { Contract } from '../contract/contract.ts'
import type { TrackingSource } from '../sources/tracking-source.ts'
import { timeId } from '../streams/ingest.ts'
import type { LiveProject, Taken } from './live.ts'
import type { ProjectSettings } from './parse.ts'

/**
 * Takes a request of one of Segment's libraries: its events go to the source's stream, and those that are good also to the
 * streams of their names. When it resolves, each of these holds its events once; when it throws, the request is to be sent
 * again: what one of the streams has then is a duplicate. The codes of `LiveProject.take`.
 */
export async function track(
  live: Pick<LiveProject, 'take'>,
  { targets }: Pick<ProjectSettings, 'targets'>,
  { into, routes = {} }: TrackingSource,
  request: SegmentRequest,
  now: () => number,
): Promise<Taken> {
  const receivedMs = now()
  const events = trackedEvents(request, { receivedMs, newId: () => timeId(receivedMs) })
  const taken = await live.take(into, bodyOf(events, request.rest), { lines: false })
  const refused = new Set(taken.rejected.map(({ index }) => index))
  const repeated = new Set(taken.repeated)
  const routed = new Map<string, { bytes: Uint8Array; repeats: boolean }[]>()
  for (const [index, { track: found }] of events.entries()) {
    const stream = found && Object.hasOwn(routes, found.event) ? routes[found.event] : undefined
    if (!found || stream === undefined || refused.has(index)) continue
    const { contract } = targets.get(stream) as { contract: Contract }
    const others = routed.get(stream) ?? []
    routed.set(stream, others)
    others.push({ bytes: routedEvent(found, contract), repeats: repeated.has(index) })
  }
  for (const [stream, others] of routed) {
    // the time of one that is sent again is corrected otherwise
    const repeats = new Set(others.flatMap((each, index) => (each.repeats ? [index] : [])))
    await live.take(stream, bodyOf(others), { lines: false, repeats })
  }
  return taken
}

/** Events as one list, and after them what broke off. */
function bodyOf(events: readonly { readonly bytes: Uint8Array }[], rest?: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = []
  for (const { bytes } of events) parts.push(Buffer.from(parts.length === 0 ? '[' : ','), bytes)
  if (parts.length === 0) parts.push(Buffer.from('['))
  return Buffer.concat([...parts, rest ? Buffer.concat([Buffer.from(' '), rest]) : Buffer.from(']')])
}
