import { columnChecks, type Verdict } from './check-event/column-check.ts'
import { layoutOf } from './check-event/columns.ts'
import { type Content, newContent, widen } from './check-event/content.ts'
import { md5Word } from './check-event/digest.ts'
import { memberScanner, newMembers } from './check-event/members.ts'
import { type Edit, payloadOf } from './check-event/payload.ts'
import { scanValue } from './check-event/scan.ts'
import { newScan, type Scan, skipSpace, startScan } from './check-event/scan-state.ts'
import { hasSimpleEvents } from './check-event/simple.ts'
import type { Contract } from './contract.ts'

/** A longer event is refused: the engine's own limit of a line, less what goes with it. */
export const longestEventBytes = 1_999_000

/** How far from now an event's time may be where nothing else is said. */
export const usualTimes = { pastMs: 400 * 86_400_000, aheadMs: 86_400_000 } as const

export interface EventOptions {
  /** Gives events without an id theirs, where that column is a uuid or a varchar. */
  readonly newId?: () => string
  /** Events whose time is further from now are refused. Without it any time is taken. */
  readonly times?: { readonly now: () => number; readonly pastMs: number; readonly aheadMs: number }
  readonly maxBytes?: number
}

/** An event that the contract takes, as far as its rules do not speak. */
export interface AcceptedEvent {
  readonly kind: 'accepted'
  /** As `idSql` writes it; undefined where the contract or the event has none. */
  readonly id: string | undefined
  /** 32 bits, as `contentSql` works them out of the stored row: 0 only where the contract has no id. */
  readonly content: number
  /** What is to be kept: the client's bytes, mostly a view of them, on one line. */
  readonly payload: Uint8Array
  /** The SQL of `{ kind: 'simple' }` reads the payload, to the same row: no `extra`, no number that it would change. */
  readonly simple: boolean
}

/** An event that is to be kept as a reject, whole. */
export interface RefusedEvent {
  readonly kind: 'refused'
  readonly column: string | null
  /** One of `rejectCodes`. */
  readonly code: string
  readonly message: string
}

export type CheckedEvent = AcceptedEvent | RefusedEvent

export interface EventChecker {
  /** Judges the event in bytes `start` to `end`. What it gives for one event holds until the bytes are used again. */
  (bytes: Uint8Array, start: number, end: number): CheckedEvent
  /**
   * Where the object ends that begins at `start`; -1 for what is none, or none that is taken. If it is judged next, it is
   * not scanned again.
   */
  endOf(bytes: Uint8Array, start: number): number
}

/**
 * The contract as a function over the bytes of one JSON object. It takes what `check-sql` takes, and what it takes
 * loads to the values that it has seen; rules are left to SQL. Beyond that it refuses what two readers could take for
 * two things: a key twice at any depth, keys that begin with `_`, half a surrogate pair, NUL.
 *
 * The SQL that loads its payloads is `checkSql(contract, { input: { kind: 'json', keys: eventKeys(contract) }, … })`; that
 * of `{ kind: 'simple' }` takes a tenth of the time.
 *
 * @example
 * const check = eventChecker(contract)
 * const event = check(body, 0, body.length)
 * if (event.kind === 'accepted') keep(event.id, event.payload)
 */
export function eventChecker(contract: Contract, options: EventOptions = {}): EventChecker {
  const { maxBytes = longestEventBytes } = options
  const layout = layoutOf(contract)
  const members = newMembers(layout)
  const scan = newScan()
  const spelled = new Set(layout.places.flatMap((place) => place.spelled ?? []))
  const scanMembers = memberScanner(layout, spelled, contract.unknown === 'reject')
  const checkColumns = columnChecks(contract, layout, options)
  const keepsOthers = contract.unknown === 'keep'
  const mayBeSimple = hasSimpleEvents(layout)
  const content = newContent()
  const event = { bytes: scan.bytes, first: 0, members }
  const verdict: Verdict = { refused: undefined, id: undefined, edits: [], simple: true, taken: 0 }

  // the object that is in `members` already, but for what may stand around it
  const scanned = { start: -1, end: -1 }

  const endOf = (bytes: Uint8Array, start: number): number => {
    startScan(scan, bytes, bytes.length)
    scanned.start = start
    scanned.end = bytes[start] === 0x7b ? scanMembers(scan, start, members) : -1
    return scanned.end
  }

  const check = (bytes: Uint8Array, start: number, end: number): CheckedEvent => {
    const isScanned = scan.bytes === bytes && scanned.start === start && scanned.end === end
    scanned.start = -1
    if (end - start > maxBytes) return refused('line_too_long', `the event is longer than ${maxBytes} bytes`)
    if (!isScanned) startScan(scan, bytes, end)
    const first = isScanned ? start : skipSpace(scan, start)
    if (bytes[first] !== 0x7b || first >= end) return refuseOther(scan, first, start)
    const last = isScanned ? end : scanMembers(scan, first, members)
    if (last < 0) return refuseFault(scan, start)
    if (!isScanned && skipSpace(scan, last) < end) {
      scan.message = 'something follows the object'
      return refuseFault(scan, start)
    }
    if (contract.nan === 'reject' && scan.notFinite.length > 0)
      return refused('not_json', 'NaN is no JSON, and `nan` is `reject`')
    content.length = 0
    verdict.refused = undefined
    verdict.id = undefined
    verdict.simple = mayBeSimple
    verdict.taken = 0
    if (verdict.edits.length > 0) verdict.edits = []
    event.bytes = bytes
    event.first = first
    checkColumns(event, content, verdict)
    if (verdict.refused) return verdict.refused
    const edits: readonly Edit[] = verdict.edits
    return {
      kind: 'accepted',
      id: verdict.id,
      content: contract.id === undefined ? 0 : contentOf(content),
      payload: payloadOf(scan, first, last, edits),
      simple: verdict.simple && (!keepsOthers || verdict.taken === members.count),
    }
  }
  return Object.assign(check, { endOf })
}

/** The keys that the SQL over payloads has to know; a payload writes all others as the contract does. */
export function eventKeys(contract: Contract): readonly string[] {
  return layoutOf(contract).slots
}

function contentOf(content: Content): number {
  if (content.length + 72 > content.bytes.length) widen(content, 72)
  return md5Word(content.bytes, content.length, content.words) || 1
}

function refused(code: string, message: string, column: string | null = null): RefusedEvent {
  return { kind: 'refused', column, code, message }
}

/** What is no object: another value, or no JSON. */
function refuseOther(scan: Scan, first: number, start: number): RefusedEvent {
  const last = scanValue(scan, first)
  if (last < 0) return refuseFault(scan, start)
  if (skipSpace(scan, last) < scan.end) {
    scan.message = 'something follows the value'
    return refuseFault(scan, start)
  }
  return refused('not_an_object', 'the event is JSON, but not an object')
}

/** Bytes that are no text come before what is wrong with them as JSON, as they do in files. */
function refuseFault({ bytes, end, fault, message }: Scan, start: number): RefusedEvent {
  for (let at = start; at < end; at++) if (bytes[at] === 0) return refused('nul_byte', 'the event holds a NUL byte')
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(start, end))
  } catch {
    return refused('bad_encoding', 'the event holds bytes that are no UTF-8')
  }
  return refused(fault ?? 'bad_json', message)
}
