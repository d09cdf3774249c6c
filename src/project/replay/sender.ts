import { setTimeout as sleep } from 'node:timers/promises'
import { type IngestAnswer, ingestAnswer } from '../../api/ingest.ts'
import { MillraceError } from '../../core/errors.ts'

export interface SenderOptions {
  /** Of the server: `http://127.0.0.1:4300`. */
  readonly url: string
  readonly stream: string
  readonly token?: string
  /** How long a batch is sent again when no answer comes, or one that may pass. Default: a minute. */
  readonly giveUpMs?: number
  readonly now: () => number
  readonly signal: AbortSignal
}

/** Longer than the server takes for anything. */
const answerMs = 60_000
const [firstPauseMs, longestPauseMs] = [100, 5_000]

/**
 * Sends a batch of events until it is answered, each time with the same bytes. SERVER_UNREACHABLE, SERVER_REFUSED; the
 * reason of the signal while it waits to try again.
 */
export async function sendBatch(events: readonly Buffer[], key: string, options: SenderOptions): Promise<IngestAnswer> {
  const { url, stream, giveUpMs = 60_000, now, signal } = options
  const until = now() + giveUpMs
  for (let attempt = 0; ; attempt++) {
    const came = await post(events, key, options)
    if (came.answer) return came.answer
    if (came.status === 413 && events.length > 1) return inHalves(events, key, options)
    const passes = came.status === 0 || came.status === 408 || came.status === 429 || came.status >= 500
    if (!passes) throw new MillraceError('SERVER_REFUSED', { url, stream, status: came.status, reason: came.reason })
    if (now() >= until) throw new MillraceError('SERVER_UNREACHABLE', { url, reason: came.reason })
    const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** attempt)
    await sleep(Math.max(came.afterMs, pause * (0.5 + Math.random() / 2)), undefined, { signal }).catch(() => {
      throw signal.reason
    })
  }
}

async function inHalves(events: readonly Buffer[], key: string, options: SenderOptions): Promise<IngestAnswer> {
  const half = events.length >> 1
  const a = await sendBatch(events.slice(0, half), `${key}-a`, options)
  const b = await sendBatch(events.slice(half), `${key}-b`, options)
  return {
    accepted: a.accepted + b.accepted,
    duplicates: a.duplicates + b.duplicates,
    conflicts: a.conflicts + b.conflicts,
    rejected: [...a.rejected, ...b.rejected.map((each) => ({ ...each, index: each.index + half }))],
  }
}

interface Came {
  readonly answer?: IngestAnswer
  /** 0: nothing came back, and whether the batch came through is not known. */
  readonly status: number
  readonly reason: string
  readonly afterMs: number
}

async function post(events: readonly Buffer[], key: string, { url, stream, token }: SenderOptions): Promise<Came> {
  try {
    const response = await fetch(`${url.replace(/\/+$/, '')}/v1/streams/${encodeURIComponent(stream)}`, {
      method: 'POST',
      body: Buffer.concat(events.flatMap((event) => [event, lineFeed])),
      headers: {
        'content-type': 'application/x-ndjson',
        'idempotency-key': key,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      // whoever stops a replay still hears what became of the batch under way
      signal: AbortSignal.timeout(answerMs),
    })
    const { status } = response
    const body: unknown = await response.json().catch(() => undefined)
    const afterMs = (Number(response.headers.get('retry-after')) || 0) * 1000
    if (!response.ok) return { status, afterMs, reason: reasonOf(body) ?? `it answered ${status}` }
    const parsed = ingestAnswer.safeParse(body)
    if (parsed.success) return { answer: parsed.data, status, reason: '', afterMs }
    return { status: 400, afterMs, reason: 'its answer is none of Millrace’s' }
  } catch (error) {
    const { message, cause } = error as Error
    return { status: 0, afterMs: 0, reason: cause instanceof Error ? cause.message || message : message }
  }
}

const lineFeed = Buffer.from('\n')

function reasonOf(body: unknown): string | undefined {
  const message = (body as { readonly message?: unknown } | undefined)?.message
  return typeof message === 'string' ? message : undefined
}
