/** A time as ISO 8601 writes it, with its zone, to the microsecond. */
const iso = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?(?:(Z)|([+-])(\d{2}):?(\d{2}))$/i

interface Instant {
  readonly ms: number
  /** Of the millisecond that has begun. */
  readonly micros: number
}

/**
 * When an event happened, by the server's clock: `received − (sent − original)`, as Segment has it
 * (https://segment.com/docs/connections/spec/common/#timestamps). A time that is missing or that cannot be told corrects
 * nothing: then it is the original as it is written, or else the time of receipt.
 */
export function correctedTime(original: unknown, sent: unknown, receivedMs: number): unknown {
  if (original === undefined) return new Date(receivedMs).toISOString()
  const happened = instantOf(original)
  const left = instantOf(sent)
  if (!happened || !left) return original
  const ms = happened.ms + (receivedMs - left.ms)
  const text = Math.abs(ms) > 8.64e15 ? '' : new Date(ms).toISOString()
  if (!/^\d{4}-/.test(text)) return original
  return happened.micros === 0 ? text : `${text.slice(0, -1)}${String(happened.micros).padStart(3, '0')}Z`
}

function instantOf(given: unknown): Instant | undefined {
  const found = typeof given === 'string' ? iso.exec(given.trim()) : null
  if (!found) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(Number)
  const [fraction = '', , sign, hours, minutes] = found.slice(7)
  const micros = Number(fraction.padEnd(6, '0'))
  const start = new Date(Date.UTC(year, month - 1, day))
  const exists = year >= 100 && start.getUTCMonth() === month - 1 && start.getUTCDate() === day
  if (!exists || hour > 23 || minute > 59 || second > 59) return undefined
  const offset = sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
  const seconds = (hour * 60 + minute - offset) * 60 + second
  return { ms: start.getTime() + seconds * 1000 + Math.floor(micros / 1000), micros: micros % 1000 }
}
