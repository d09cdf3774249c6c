import { type JsonMember, membersOf } from '../../contract/json-values.ts'
import { isJson, memberValue, type SegmentRequest } from './read-request.ts'
import { correctedTime } from './timestamp.ts'

/** An event as the stream of all events takes it. */
export interface TrackedEvent {
  /** The client's own bytes of all that is left as it was. */
  readonly bytes: Uint8Array
  /** Of what can be routed. */
  readonly track?: TrackOf
}

/** A `track` event, for the streams that its name leads to. */
export interface TrackOf {
  readonly event: string
  readonly messageId: string
  /** The corrected one, and the other ids, as JSON. */
  readonly fields: Readonly<Record<'timestamp' | 'message_id' | 'user_id' | 'anonymous_id', string | undefined>>
  /** As JSON. */
  readonly properties: Uint8Array
}

/** Where and when a request has come. */
export interface Receipt {
  readonly receivedMs: number
  /** For events that have no `messageId`. */
  readonly newId: () => string
}

/**
 * The events of a request with what the server knows: `type` of the route, `receivedAt`, the corrected `timestamp` beside
 * `originalTimestamp`, a `messageId` where there is none, and what the batch says of all. The write key is left out. What
 * cannot be read is left as it is, for the contract to refuse.
 */
export function trackedEvents(request: SegmentRequest, receipt: Receipt): readonly TrackedEvent[] {
  return request.events.map(({ start, end }) => trackedEvent(request, start, end, receipt))
}

/** They are the server's to say. */
const dropped: readonly string[] = ['receivedAt', 'writeKey']

function trackedEvent(request: SegmentRequest, start: number, end: number, receipt: Receipt): TrackedEvent {
  const { body, call, common } = request
  const object = membersOf(body, start)
  const own = new Map(object?.members.map((member) => [member.key, member]))
  // a key twice is refused whichever of the two is meant
  if (!object || object.end !== end || own.size < object.members.length) return { bytes: body.subarray(start, end) }
  const valueIn = (key: string): unknown => {
    const member = own.get(key)
    return member && memberValue(body, member)
  }
  /** As JSON, with all digits. */
  const jsonIn = (key: string): string | undefined => {
    const member = valueIn(key) === undefined ? undefined : own.get(key)
    return member && Buffer.from(bytesOf(body, member)).toString()
  }
  const textIn = (key: string): string | undefined => {
    const value = valueIn(key)
    if (typeof value !== 'string') return jsonIn(key)
    return value === '' ? undefined : value
  }
  const set = new Map<string, string | Uint8Array>()
  for (const [key, member] of common) if (valueIn(key) === undefined) set.set(key, bytesOf(body, member))
  const sent = common.get('sentAt')
  const sentAt = valueIn('sentAt') ?? (sent && memberValue(body, sent))
  const original = valueIn('timestamp') ?? valueIn('originalTimestamp')
  const timestamp = JSON.stringify(correctedTime(original, sentAt, receipt.receivedMs))
  const given = textIn('messageId')
  const messageId = given ?? receipt.newId()
  set.set('receivedAt', JSON.stringify(new Date(receipt.receivedMs).toISOString()))
  const written = own.get('timestamp')
  if (valueIn('originalTimestamp') === undefined && written) set.set('originalTimestamp', bytesOf(body, written))
  set.set('timestamp', timestamp)
  if (given === undefined) set.set('messageId', JSON.stringify(messageId))
  if (call) set.set('type', JSON.stringify(call))
  const isReplaced = ({ key }: JsonMember): boolean => set.has(key) || dropped.includes(key)
  // what is wrong with them would go with them
  if (object.members.filter(isReplaced).some((member) => !isJson(body, member)))
    return { bytes: body.subarray(start, end) }
  const kept = object.members.filter((member) => !isReplaced(member))
  const bytes = objectOf(
    set,
    kept.map((member) => body.subarray(member.start, member.end)),
  )
  const event = valueIn('event')
  if ((call ?? valueIn('type')) !== 'track' || typeof event !== 'string') return { bytes }
  const properties = own.get('properties')
  return {
    bytes,
    track: {
      event,
      messageId,
      fields: {
        timestamp,
        message_id: JSON.stringify(messageId),
        user_id: jsonIn('userId'),
        anonymous_id: jsonIn('anonymousId'),
      },
      properties: properties ? bytesOf(body, properties) : Buffer.from('{}'),
    },
  }
}

/** An object of new members and of some that are kept as they are. */
export function objectOf(set: ReadonlyMap<string, string | Uint8Array>, kept: readonly Uint8Array[]): Uint8Array {
  const parts: Uint8Array[] = []
  const add = (...pieces: readonly (string | Uint8Array)[]): void => {
    parts.push(Buffer.from(parts.length === 0 ? '{' : ','))
    for (const piece of pieces) parts.push(typeof piece === 'string' ? Buffer.from(piece) : piece)
  }
  for (const [key, value] of set) add(`${JSON.stringify(key)}:`, value)
  for (const member of kept) add(member)
  if (parts.length === 0) parts.push(Buffer.from('{'))
  return Buffer.concat([...parts, Buffer.from('}')])
}

function bytesOf(body: Uint8Array, { valueStart, end }: JsonMember): Uint8Array {
  return body.subarray(valueStart, end)
}
