import { isUtf8 } from 'node:buffer'
import { createHash, randomBytes } from 'node:crypto'
import type { EventChecker } from '../contract/check-event.ts'
import type { IdIndex, Reservation } from './dedupe.ts'
import { eachFrame, type Frame } from './frames.ts'
import type { Appended, LogGroup, LogRecord } from './log.ts'
import { mendRecord } from './reject-state.ts'
import type { RejectedIds } from './rejected-ids.ts'

/** Where a stream's events go. */
export interface IngestSite {
  append(group: LogGroup): Promise<Appended>
  /** Judges an event by the contract; an event without an id is given the one that `newId` makes. */
  readonly check: EventChecker
  /** Of streams whose events have ids. */
  readonly index?: IdIndex
  /** The ids of rejects, and that of a refused event where it can be read. */
  readonly rejects?: { readonly ids: RejectedIds; idOf(bytes: Uint8Array): string | undefined }
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

/** Events of a body that have ids: at each place in turn its place in the body, its id and its content. */
interface Identified {
  readonly places: number[]
  readonly ids: string[]
  readonly contents: number[]
}

/**
 * Takes a body: when it resolves, each of its events is durable as stored or as a reject, or was there before. What
 * follows a break in the body is one reject. BODY_BROKEN and EVENTS_TOO_MANY before anything is taken; the codes of
 * `append`.
 */
export async function ingest(site: IngestSite, body: Uint8Array, { lines, repeats }: IngestHints): Promise<Ingested> {
  const judged = new Judged(site, body)
  const broken = eachFrame(
    body,
    { lines },
    { endOf: site.check.endOf, take: (start, end) => judged.take({ start, end }) },
  )
  if (broken) judged.take({ start: broken.at, end: body.length, fault: { code: 'bad_json', message: broken.message } })
  return keep(site, judged, repeats ? { repeats } : {})
}

/** What came as one event, in bytes `start` to `end`. */
export interface Arrived extends Frame {
  /** Why it is none, whatever it holds. */
  readonly fault?: { readonly code: string; readonly message: string }
  /** What is kept of it as a reject, and where it stood; without it the event itself. */
  readonly source?: { readonly raw: Uint8Array; readonly place: string }
}

/**
 * Takes what came together: all of it becomes durable in one group, or nothing does. `positions`: how far its source has
 * been read with it; they are kept in that group. The codes of `append`.
 */
export async function ingestArrived(
  site: IngestSite,
  body: Uint8Array,
  events: readonly Arrived[],
  hints: KeepHints,
): Promise<Ingested> {
  const judged = new Judged(site, body)
  for (const event of events) judged.take(event)
  return keep(site, judged, hints)
}

/** Events of a body as the contract judges them, in their order. */
class Judged {
  /** By place in the body; a duplicate leaves a hole. */
  readonly records: (LogRecord | undefined)[] = []
  readonly rejected: Rejected[] = []
  readonly identified: Identified = { places: [], ids: [], contents: [] }
  readonly #site: IngestSite
  readonly #body: Uint8Array
  readonly #sources = new Map<number, NonNullable<Arrived['source']>>()

  constructor(site: IngestSite, body: Uint8Array) {
    this.#site = site
    this.#body = body
  }

  take({ start, end, fault, source }: Arrived): void {
    const { records, identified } = this
    const index = records.length
    if (source) this.#sources.set(index, source)
    const event = fault
      ? { kind: 'refused' as const, column: null, ...fault }
      : this.#site.check(this.#body, start, end)
    if (event.kind === 'refused') {
      const { column, code, message } = event
      this.refuse(index, this.#body.subarray(start, end), { ...(column !== null && { column }), code, message })
      return
    }
    records.push({ kind: 'event', payload: event.payload, simple: event.simple })
    if (event.id === undefined) return
    identified.places.push(index)
    identified.ids.push(event.id)
    identified.contents.push(event.content)
  }

  /** `rival`: the id that another event has. */
  refuse(index: number, bytes: Uint8Array, given: Omit<Rejected, 'index'>, rival?: string): void {
    const source = this.#sources.get(index)
    const why = source ? { ...given, message: `${source.place}: ${given.message}` } : given
    this.rejected.push({ index, ...why })
    const raw = source?.raw ?? bytes
    const id = rival === undefined ? this.#idOf(bytes) : conflictId(rival, raw)
    this.records[index] = { kind: 'reject', payload: rejectPayload(raw, why, id) }
  }

  #idOf(bytes: Uint8Array): string | undefined {
    const { rejects } = this.#site
    const id = rejects?.idOf(bytes)
    if (id !== undefined) rejects?.ids.add(id)
    return id
  }
}

interface KeepHints extends Pick<IngestHints, 'repeats'> {
  readonly positions?: readonly Uint8Array[]
}

/** Decides on the ids of what was judged, and makes all of it durable. */
async function keep(site: IngestSite, judged: Judged, { positions = [], repeats }: KeepHints): Promise<Ingested> {
  const { records, rejected, identified } = judged
  const received = records.length
  const reservation = reserve(site, identified)
  try {
    const verdicts = reservation ? await reservation.verdicts : []
    const repeated: number[] = []
    let conflicts = 0
    const again: number[] = []
    for (let at = 0; at < verdicts.length; at++) {
      const verdict = verdicts[at]
      if (verdict === 'new') {
        if (site.rejects?.ids.mayHave(identified.ids[at] as string)) again.push(at)
        continue
      }
      const index = identified.places[at] as number
      if (verdict === 'duplicate' || repeats?.has(index)) {
        repeated.push(index)
        records[index] = undefined
      } else {
        conflicts++
        const { payload } = records[index] as LogRecord
        const why = { code: 'id_conflict', message: 'another event has this id, and other content' }
        judged.refuse(index, payload, why, identified.ids[at])
      }
    }
    const indexes = indexesOf(records, repeated.length)
    const [rejects, duplicates] = [rejected.length, repeated.length]
    const accepted = indexes.length - rejects
    const all = indexes.map((index) => records[index] as LogRecord)
    for (const payload of positions) all.push({ kind: 'position', payload })
    const rankOf = ranksOf(indexes, identified.places)
    for (const at of again) {
      const [event, back] = [identified.ids[at] as string, all.length - rankOf(at)]
      all.push(mendRecord({ state: 'superseded', event, back }))
    }
    const counts = {
      received,
      accepted,
      duplicates,
      rejected: rejects,
      conflicts,
      positions: positions.length,
      mends: again.length,
    }
    const { first } = await site.append({ records: all, counts })
    reservation?.confirm(first, rankOf)
    const inBody = rejected.toSorted((a, b) => a.index - b.index)
    return { accepted, duplicates, conflicts, rejected: inBody, repeated, records: { first, indexes } }
  } catch (error) {
    reservation?.release()
    throw error
  }
}

function reserve({ index }: IngestSite, { ids, contents }: Identified): Reservation | undefined {
  return index && ids.length > 0 ? index.reserve(index.batch(ids, contents)) : undefined
}

/** The places of records in the body; `holes` of them have none. */
function indexesOf(records: readonly unknown[], holes: number): readonly number[] {
  const indexes = [...records.keys()]
  return holes === 0 ? indexes : indexes.filter((index) => records[index] !== undefined)
}

/** Of each event that has an id and is in the log, its place among the records. */
function ranksOf(indexes: readonly number[], places: readonly number[]): (at: number) => number {
  // where nothing was left out, a place in the body is one in the group
  if (indexes.length === (indexes.at(-1) ?? -1) + 1) return (at) => places[at] as number
  const ranks = new Map(indexes.map((index, rank) => [index, rank]))
  return (at) => ranks.get(places[at] as number) as number
}

/** Its id is another event's: one that has the same id and the same content is the same conflict, sent again. */
function conflictId(id: string, raw: Uint8Array): string {
  return `conflict ${createHash('sha256').update(id).update('\0').update(raw).digest('hex')}`
}

/** What the log keeps of an event that was refused when it came. See `commitStreamRejects`. */
function rejectPayload(bytes: Uint8Array, refusal: Omit<Rejected, 'index'>, id: string | undefined): Uint8Array {
  const isText = isUtf8(bytes) && !bytes.includes(0)
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(isText ? 'utf8' : 'base64')
  return Buffer.from(JSON.stringify({ ...refusal, id, raw, encoding: isText ? 'text' : 'base64' }))
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
