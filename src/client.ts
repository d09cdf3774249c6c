import type { EventOf, Project } from './project/define.ts'

export interface ClientOptions {
  /** A write key. */
  readonly key?: string
  /** How long an event waits for others to be sent with; 0: the next turn. */
  readonly delayMs?: number
  /** Events of one request. */
  readonly batchEvents?: number
  /** How long a batch is tried again after failures that may pass. Default: ten minutes. */
  readonly giveUpMs?: number
  /** Events that may wait; more are refused (QUEUE_FULL). */
  readonly maxWaiting?: number
  /** Called for each event that was not taken, for whoever does not look at what `send` answers. */
  readonly onRefused?: (refusal: Refusal, event: unknown) => void
  readonly fetch?: typeof fetch
}

/** Why an event is not in its table. `rejected` by the contract, it is kept among the rejects; else it is nowhere. */
export interface Refusal {
  readonly rejected: boolean
  readonly code: string
  readonly message: string
  readonly column?: string
}

/** What became of an event; never rejects. `undefined`: it is durable, and in every answer from now on. */
export type Sent = Promise<Refusal | undefined>

export interface StreamClient<Event> {
  send(...events: Event[]): Sent
}

type StreamNames<P extends Project> = P extends Project<infer S, infer _> ? keyof S & string : never

/** One `StreamClient` a stream. */
export type Client<P extends Project> = {
  readonly [Name in StreamNames<P>]: StreamClient<Extract<EventOf<P, Name>, object>>
}

interface Waiting {
  readonly text: string
  readonly event: unknown
  readonly settle: (refusal?: Refusal) => void
}

/** Characters of one batch. What a page sends outlives it while all that is under way is less than 64 kB. */
const [pageChars, nodeChars] = [20_000, 1_000_000]

/**
 * Sends events to a server. Batches go one after the other, a stream's in order, and are tried again with the same
 * `Idempotency-Key`, so that none is stored twice.
 *
 * @example
 * const send = client<typeof project>('https://events.example', { key: 'web' })
 * await send.orders.send({ order_id: 1, price: '9.90' })
 */
export function client<P extends Project>(url: string, options: ClientOptions = {}): Client<P> {
  const streams = new Map<string, StreamClient<unknown>>()
  return new Proxy({} as Client<P>, {
    get(_, name) {
      // whoever awaits a client looks for this
      if (typeof name !== 'string' || name === 'then') return undefined
      let stream = streams.get(name)
      if (!stream) {
        stream = streamClient(`${url.replace(/\/+$/, '')}/v1/streams/${encodeURIComponent(name)}`, options)
        streams.set(name, stream)
      }
      return stream
    },
  })
}

function streamClient(url: string, options: ClientOptions): StreamClient<unknown> {
  const { delayMs = 20, batchEvents = 500, giveUpMs = 600_000, maxWaiting = 100_000, onRefused, key } = options
  const call = options.fetch ?? globalThis.fetch
  const page = (globalThis as { readonly document?: Page }).document
  const chars = page ? pageChars : nodeChars
  const waiting: Waiting[] = []
  let running = false

  /** Whatever waits goes out, batch after batch. */
  async function run(): Promise<void> {
    if (running) return
    running = true
    await pause(delayMs)
    while (waiting.length > 0) await deliver(take())
    running = false
  }

  function take(): Waiting[] {
    let [count, length] = [0, 0]
    for (const { text } of waiting) {
      if (count > 0 && (count >= batchEvents || length + text.length > chars)) break
      length += text.length
      count++
    }
    return waiting.splice(0, count)
  }

  async function deliver(batch: readonly Waiting[], id = randomId()): Promise<void> {
    const until = Date.now() + giveUpMs
    for (let attempt = 0; ; attempt++) {
      const [status, answer, after] = await post(batch, id)
      if (status >= 200 && status < 300) {
        const rejected = new Map<number, Refusal>()
        for (const { index, ...why } of answer.rejected ?? []) rejected.set(index, { ...why, rejected: true })
        for (const [at, { settle }] of batch.entries()) settle(rejected.get(at))
        return
      }
      if (status === 413 && batch.length > 1) {
        const half = batch.length >> 1
        await deliver(batch.slice(0, half))
        return deliver(batch.slice(half))
      }
      const passes = status === 0 || status === 408 || status === 429 || status >= 500
      if (!passes || Date.now() >= until) {
        const { code = `HTTP_${status}`, message = 'the server was not reached' } = answer
        for (const { settle } of batch) settle({ rejected: false, code, message })
        return
      }
      await pause(Math.max(after * 1000, Math.min(30_000, 200 * 2 ** attempt) * (0.5 + Math.random() / 2)))
    }
  }

  /** Status 0: whether it came through is not known. */
  async function post(batch: readonly Waiting[], id: string): Promise<[number, Answer, number]> {
    try {
      const response = await call(url, {
        method: 'POST',
        body: batch.map(({ text }) => text).join('\n'),
        keepalive: page !== undefined,
        headers: {
          'content-type': 'application/x-ndjson',
          'idempotency-key': id,
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
        },
      })
      const answer = (await response.json().catch(() => ({}))) as Answer
      return [response.status, answer, Number(response.headers.get('retry-after')) || 0]
    } catch {
      return [0, {}, 0]
    }
  }

  // a page that is hidden may never be shown again: all goes at once
  page?.addEventListener('visibilitychange', () => {
    while (page.hidden && waiting.length > 0) void deliver(take())
  })

  return {
    async send(...events) {
      const sent = events.map(
        (event) =>
          new Promise<Refusal | undefined>((resolve) => {
            const settle = (refusal?: Refusal) => {
              if (refusal) onRefused?.(refusal, event)
              resolve(refusal)
            }
            if (waiting.length >= maxWaiting)
              return settle({ rejected: false, code: 'QUEUE_FULL', message: `${maxWaiting} events wait already` })
            try {
              waiting.push({ text: JSON.stringify(event, plain), event, settle })
            } catch (error) {
              settle({ rejected: false, code: 'NOT_JSON', message: (error as Error).message })
            }
          }),
      )
      void run()
      return (await Promise.all(sent)).find((refusal) => refusal !== undefined)
    },
  }
}

/** What is needed of a `Document`. */
interface Page {
  readonly hidden: boolean
  addEventListener(type: 'visibilitychange', listener: () => void): void
}

interface Answer {
  readonly rejected?: readonly { readonly index: number; readonly code: string; readonly message: string }[]
  readonly code?: string
  readonly message?: string
}

/** What JSON has no form for, in one that the server reads: digits, base64. */
function plain(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  return value instanceof Uint8Array ? btoa(String.fromCharCode(...value)) : value
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}

/** crypto.randomUUID is for secure pages alone. */
function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
