import { isUtf8 } from 'node:buffer'
import { createHash, randomBytes } from 'node:crypto'
import type { EventChecker } from '../contract/check-event.ts'
import type { IdIndex, Reservation } from './dedupe.ts'
import { framesOf } from './frames.ts'
import type { Appended, LogGroup, LogRecord } from './log.ts'

/** Where a stream's events go. */
export interface IngestSite {
  append(group: LogGroup): Promise<Appended>
  /** Judges an event by the contract; an event without an id is given the one that `newId` makes. */
  readonly check: EventChecker
  /** Of streams whose events have ids. */
  readonly index?: IdIndex
}

/** Why an event is a reject, and its place in the body. */
export interface Rejected {
  readonly index: number
  readonly column?: string
  readonly code: string
  readonly message: string
}

export interface Ingested {
  readonly accepted: number
  readonly duplicates: number
  readonly conflicts: number
  readonly rejected: readonly Rejected[]
  /** Where its records stand in the log: the offset of the first, and of each the place of its event in the body. */
  readonly records: { readonly first: bigint; readonly indexes: readonly number[] }
  /** The places of the duplicates in the body. */
  readonly repeated: readonly number[]
}

export interface IngestHints {
  /** One event a line, whatever the body looks like. */
  readonly lines: boolean
  /** Places of events that are known to have come before: that they differ from what came then is no conflict. */
  readonly repeats?: ReadonlySet<number>
}

interface Accepted {
  readonly index: number
  readonly id: string | undefined
  readonly content: number
  readonly payload: Uint8Array
  readonly simple: boolean
}

/**
 * Takes a body: when it resolves, each of its events is durable as stored or as a reject, or was there before. What
 * follows a break in the body is one reject. BODY_BROKEN and EVENTS_TOO_MANY before anything is taken; the codes of
 * `append`.
 */
export async function ingest(site: IngestSite, body: Uint8Array, { lines, repeats }: IngestHints): Promise<Ingested> {
  const { events, broken } = framesOf(body, { lines })
  const accepted: Accepted[] = []
  const rejected: Rejected[] = []
  const rejects = new Map<number, LogRecord>()
  const refuse = (index: number, bytes: Uint8Array, why: Omit<Rejected, 'index'>): void => {
    rejected.push({ index, ...why })
    rejects.set(index, { kind: 'reject', payload: rejectPayload(bytes, why) })
  }
  for (const [index, { start, end }] of events.entries()) {
    const event = site.check(body, start, end)
    if (event.kind === 'accepted') accepted.push({ index, ...event })
    else
      refuse(index, body.subarray(start, end), {
        ...(event.column !== null && { column: event.column }),
        ...why(event),
      })
  }
  if (broken) refuse(events.length, body.subarray(broken.at), { code: 'bad_json', message: broken.message })
  const received = events.length + (broken ? 1 : 0)
  const identified = accepted.filter(({ id }) => id !== undefined)
  const reservation = reserve(site, identified)
  try {
    const verdicts = (await reservation?.verdicts) ?? []
    const repeated: number[] = []
    let conflicts = 0
    const dropped = new Set<number>()
    for (const [at, { index, payload }] of identified.entries()) {
      if (verdicts[at] === 'new') continue
      dropped.add(index)
      if (verdicts[at] === 'duplicate' || repeats?.has(index)) repeated.push(index)
      else {
        conflicts++
        refuse(index, payload, { code: 'id_conflict', message: 'another event has this id, and other content' })
      }
    }
    const kept = accepted.filter(({ index }) => !dropped.has(index))
    const records = inOrder(kept, rejects)
    const duplicates = repeated.length
    const counts = { received, accepted: kept.length, duplicates, rejected: rejected.length, conflicts }
    const { first } = await site.append({ records: [...records.values()], counts })
    const indexes = [...records.keys()]
    confirm(reservation, identified, indexes, first)
    const inBody = rejected.toSorted((a, b) => a.index - b.index)
    return { accepted: kept.length, duplicates, conflicts, rejected: inBody, repeated, records: { first, indexes } }
  } catch (error) {
    reservation?.release()
    throw error
  }
}

function why({ code, message }: { readonly code: string; readonly message: string }) {
  return { code, message }
}

function reserve({ index }: IngestSite, events: readonly Accepted[]): Reservation | undefined {
  if (!index || events.length === 0) return undefined
  const ids = events.map(({ id }) => id as string)
  return index.reserve(
    index.batch(
      ids,
      events.map(({ content }) => content),
    ),
  )
}

/** Tells the index at which offset each new id stands. */
function confirm(
  reservation: Reservation | undefined,
  events: readonly Accepted[],
  order: readonly number[],
  first: bigint,
): void {
  const places = new Map(order.map((index, at) => [index, first + BigInt(at)]))
  reservation?.confirm((at) => places.get(events[at]?.index ?? -1) as bigint)
}

/** Index of the event → its record, in the order of the body. */
function inOrder(kept: readonly Accepted[], rejects: ReadonlyMap<number, LogRecord>): ReadonlyMap<number, LogRecord> {
  const records = new Map<number, LogRecord>()
  const all = [
    ...kept.map(({ index, payload, simple }) => [index, { kind: 'event', payload, simple }] as const),
    ...rejects,
  ]
  for (const [index, record] of rejects.size === 0 ? all : all.toSorted(([a], [b]) => a - b)) records.set(index, record)
  return records
}

/** What the log keeps of an event that was refused when it came. See `commitStreamRejects`. */
function rejectPayload(bytes: Uint8Array, refusal: Omit<Rejected, 'index'>): Uint8Array {
  const isText = isUtf8(bytes) && !bytes.includes(0)
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(isText ? 'utf8' : 'base64')
  return Buffer.from(JSON.stringify({ ...refusal, raw, encoding: isText ? 'text' : 'base64' }))
}

/** A UUID of version 7 (RFC 9562, 5.7): ids of one time lie beside each other. */
export function timeId(nowMs: number): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(nowMs, 0, 6)
  return uuidText(bytes, 7)
}

/** A UUID of version 8 for the event at a place of a request that is sent again under the same key. */
export function keyedId(key: string, index: number): string {
  return uuidText(createHash('sha256').update(`${key}\0${index}`).digest().subarray(0, 16), 8)
}

function uuidText(bytes: Buffer, version: number): string {
  bytes[6] = ((bytes[6] as number) & 0x0f) | (version << 4)
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
