import { randomUUID } from 'node:crypto'
import { MillraceError } from '../core/errors.ts'
import { timeId } from '../streams/ingest.ts'
import { sendBatch } from './replay/sender.ts'

export interface LoadOptions {
  readonly url: string
  readonly now: () => number
  readonly signal: AbortSignal
}

/** Visitors who send events side by side, each batch until it is answered. */
export interface DemoLoad {
  /** Resolves once so many events are answered. */
  reached(events: number): Promise<void>
  /** Sends no more; resolves to how many events were sent, all of them answered. The codes of `sendBatch`. */
  stop(): Promise<number>
  /** How many rows the table has of them, and how many different events these are. SERVER_REFUSED. */
  count(): Promise<{ readonly rows: number; readonly events: number }>
}

const [lanes, batchEvents] = [4, 25]

/** Sends views of the shop's events under one session's name, by which they are counted afterwards. */
export function startDemoLoad({ url, now, signal }: LoadOptions): DemoLoad {
  const session = randomUUID()
  const stream = 'events'
  let [answered, stopped] = [0, false]
  const waiting = new Set<() => void>()
  const lane = async (): Promise<number> => {
    let sent = 0
    while (!stopped && !signal.aborted) {
      const events = Array.from({ length: batchEvents }, () => eventOf(session, now()))
      await sendBatch(events, randomUUID(), { url, stream, now, signal })
      sent += events.length
      answered += events.length
      for (const each of waiting) each()
    }
    return sent
  }
  const running = Promise.all(Array.from({ length: lanes }, lane))
  // whoever stops it is told
  running.catch(() => undefined)
  return {
    async reached(events) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const look = () => answered >= events && resolve()
      waiting.add(look)
      look()
      await Promise.race([promise, running])
      waiting.delete(look)
    },
    async stop() {
      stopped = true
      return (await running).reduce((sum, each) => sum + each, 0)
    },
    async count() {
      const sql = 'SELECT count(*)::INTEGER, count(DISTINCT event_id)::INTEGER FROM events WHERE user_session = $1'
      const body = JSON.stringify({ sql, params: [session] })
      const response = await fetch(`${url}/v1/query`, { method: 'POST', body, signal })
      if (!response.ok)
        throw new MillraceError('SERVER_REFUSED', { url, stream, status: response.status, reason: 'the count failed' })
      const { rows } = (await response.json()) as { readonly rows: readonly (readonly [number, number])[] }
      const [counted = 0, events = 0] = rows[0] ?? []
      return { rows: counted, events }
    },
  }
}

function eventOf(session: string, nowMs: number): Buffer {
  return Buffer.from(
    JSON.stringify({
      event_id: timeId(nowMs),
      event_time: new Date(nowMs).toISOString(),
      event_type: 'view',
      product_id: 1_004_856,
      category_id: '2053013555631882655',
      category_code: 'electronics.smartphone',
      brand: 'samsung',
      price: '129.90',
      user_id: 1,
      user_session: session,
    }),
  )
}
