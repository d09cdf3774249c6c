import { afterByteOrderMark, type JsonMember, membersOf, skipSpace } from '../../contract/json-values.ts'
import { MillraceError } from '../../core/errors.ts'
import { type Frame, framesOf } from '../../streams/frames.ts'

/** What a library's method of that name sends. */
export type Call = 'track' | 'identify' | 'page' | 'screen' | 'group' | 'alias'

/** A request of one of Segment's libraries: its events, cut and not looked at. */
export interface SegmentRequest {
  readonly body: Uint8Array
  readonly events: readonly Frame[]
  /** What of a batch follows a break in it. */
  readonly rest?: Uint8Array
  /** The route's, where it is of one method; else each event says what it is. */
  readonly call?: Call
  /** As browsers send it where they cannot send a header. */
  readonly writeKey?: string
  /** What a batch says of all its events. Key → the place of its value. */
  readonly common: ReadonlyMap<string, JsonMember>
}

/** What an event takes over from its batch where it has none itself. */
const commonKeys: readonly string[] = ['sentAt', 'context', 'integrations']

/** Cuts a request into its events. BODY_BROKEN for what is no object, or no batch; EVENTS_TOO_MANY. */
export function readRequest(body: Uint8Array, call: Call | undefined): SegmentRequest {
  const start = skipSpace(body, afterByteOrderMark(body))
  const object = membersOf(body, start)
  if (!object) throw new MillraceError('BODY_BROKEN', { byte: start, reason: 'a JSON object is expected here' })
  const { members, end } = object
  const rest = skipSpace(body, end)
  if (rest < body.length) throw new MillraceError('BODY_BROKEN', { byte: rest, reason: 'something follows the object' })
  const find = (key: string) => members.find((member) => member.key === key)
  const key = find('writeKey')
  const writeKey = key && memberValue(body, key)
  const request = { body, ...(typeof writeKey === 'string' && { writeKey }) }
  if (call) return { ...request, call, common: new Map(), events: [{ start, end }] }
  const batch = find('batch')
  if (!batch || body[batch.valueStart] !== 0x5b)
    throw new MillraceError('BODY_BROKEN', { byte: start, reason: '`batch` is to be a list of events' })
  const common = new Map(members.filter((each) => commonKeys.includes(each.key)).map((each) => [each.key, each]))
  const { valueStart: shift, end: last } = batch
  const { events, broken } = framesOf(body.subarray(shift, last), { lines: false })
  return {
    ...request,
    common,
    events: events.map((event) => ({ start: event.start + shift, end: event.end + shift })),
    ...(broken && { rest: body.subarray(shift + broken.at, last) }),
  }
}

/** Whether a member's value is JSON. */
export function isJson(body: Uint8Array, member: JsonMember): boolean {
  return memberValue(body, member) !== undefined || textOf(body, member) === 'null'
}

function textOf(body: Uint8Array, { valueStart, end }: JsonMember): string {
  return new TextDecoder().decode(body.subarray(valueStart, end))
}

/** The value of a member; undefined for null and for what is no JSON. */
export function memberValue(body: Uint8Array, member: JsonMember): unknown {
  try {
    return JSON.parse(textOf(body, member)) ?? undefined
  } catch {
    // what reads the event says what is wrong with it
    return undefined
  }
}
