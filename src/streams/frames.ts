import { afterByteOrderMark, isSpace, skipSpace, valueEnd } from '../contract/json-values.ts'
import { MillraceError } from '../core/errors.ts'

/** Where an event stands in a body; that it is one is not known yet. */
export interface Frame {
  readonly start: number
  readonly end: number
}

export interface Frames {
  readonly events: readonly Frame[]
  /** From this byte on the body is not what it began as: its array does not end, or something follows it. */
  readonly broken?: { readonly at: number; readonly message: string }
}

export interface FrameOptions {
  /** One event a line, whatever the body looks like. Otherwise one event, several that follow each other, or an array. */
  readonly lines: boolean
  /** Default: 100,000. */
  readonly maxEvents?: number
}

/**
 * Cuts a body into its events, by brackets, strings and line ends alone: each byte is looked at once, and whatever is
 * wrong with one event is its own. EVENTS_TOO_MANY; BODY_BROKEN where not even a first event ends.
 *
 * @example
 * for (const { start, end } of framesOf(body, { lines: false }).events) check(body, start, end)
 */
export function framesOf(body: Uint8Array, options: FrameOptions): Frames {
  const events: Frame[] = []
  const broken = eachFrame(body, options, { endOf: () => -1, take: (start, end) => events.push({ start, end }) })
  return { events, ...(broken && { broken }) }
}

/** What is done with frames, one after the other. */
export interface FrameTaker {
  /** Where the value that begins at `start` ends; -1 where brackets are to tell. */
  endOf(body: Uint8Array, start: number): number
  take(start: number, end: number): void
}

/** As `framesOf`, each frame taken as soon as it is cut; where the body is broken. */
export function eachFrame(
  body: Uint8Array,
  { lines, maxEvents = 100_000 }: FrameOptions,
  { endOf, take }: FrameTaker,
): Frames['broken'] {
  let count = 0
  const counted: FrameTaker = {
    endOf,
    take(start, end) {
      if (++count > maxEvents) throw new MillraceError('EVENTS_TOO_MANY', { limit: maxEvents })
      take(start, end)
    },
  }
  const first = afterByteOrderMark(body)
  const at = skipSpace(body, first)
  const stopped = lines ? cutLines(body, first, counted) : cutValues(body, at, body[at] === 0x5b, counted)
  if (stopped && count === 0) throw new MillraceError('BODY_BROKEN', { byte: stopped.at, reason: stopped.message })
  return stopped
}

/** One event a line; blank lines are none. */
function cutLines(body: Uint8Array, first: number, { take }: FrameTaker): undefined {
  for (let from = first; from < body.length; ) {
    const feed = body.indexOf(0x0a, from)
    const stop = feed < 0 ? body.length : feed
    let end = stop
    const start = skipSpace(body, from, stop)
    while (end > start && isSpace(body[end - 1] as number)) end--
    if (start < end) take(start, end)
    from = stop + 1
  }
}

/** The elements of an array, or values that follow each other. Where it is neither, and why. */
function cutValues(body: Uint8Array, first: number, isArray: boolean, { endOf, take }: FrameTaker): Frames['broken'] {
  if (first === body.length) return { at: first, message: 'it is empty' }
  let at = isArray ? skipSpace(body, first + 1) : first
  if (isArray && body[at] === 0x5d) return afterArray(body, at)
  while (at < body.length) {
    const known = endOf(body, at)
    const end = known < 0 ? valueEnd(body, at) : known
    if (end < 0) return { at, message: 'a value is expected here that ends' }
    take(at, end)
    at = skipSpace(body, end)
    if (!isArray) continue
    if (body[at] === 0x5d) return afterArray(body, at)
    if (body[at] !== 0x2c) break
    at = skipSpace(body, at + 1)
  }
  if (!isArray) return undefined
  return {
    at,
    message: at < body.length ? 'a comma or the end of the array is expected here' : 'the array does not end',
  }
}

function afterArray(body: Uint8Array, close: number): Frames['broken'] {
  const rest = skipSpace(body, close + 1)
  return rest < body.length ? { at: rest, message: 'something follows the array' } : undefined
}
