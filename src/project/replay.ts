import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { IngestAnswer } from '../api/ingest.ts'
import type { Context } from '../core/context.ts'
import type { FoundFile } from '../sources/reader.ts'
import { seededRandom } from '../sources/seeded-random.ts'
import type { ProjectSettings, Target } from './parse.ts'
import { eventMaker } from './replay/event-maker.ts'
import { type SenderOptions, sendBatch } from './replay/sender.ts'
import { sourceRows } from './source-rows.ts'

export interface ReplayOptions extends Pick<SenderOptions, 'url' | 'token' | 'giveUpMs'> {
  readonly file: FoundFile
  /**
   * Events a second, in the mean, also as it changes with the time: pauses are as random as those between a shop's
   * visitors. Without it none are made.
   */
  readonly rate?: number | ((nowMs: number) => number)
  /** New ids, and the time of sending. */
  readonly now: boolean
  /** From the beginning again when the file has ended. */
  readonly loop: boolean
}

/** What became of the events that were sent; `sent` = the others, and what no answer came for. */
export interface ReplayCounts {
  readonly sent: number
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: number
  /** By code: how many, and what the first one's message was. */
  readonly reasons: ReadonlyMap<string, { count: number; readonly message: string }>
  readonly stopped: boolean
}

type Counting = { -readonly [Key in keyof ReplayCounts]: ReplayCounts[Key] } & {
  readonly reasons: Map<string, { count: number; readonly message: string }>
}

const batchEvents = 500
const batchBytes = 1_000_000

/**
 * Sends the rows of a file to a server as events. When the signal aborts, what became of them until then is the answer.
 * The codes of `eventMaker`, `sendBatch` and `layoutOf`; with an error, `onCounts` has had the last counts.
 */
export async function replay(
  settings: ProjectSettings,
  target: Target,
  options: ReplayOptions,
  context: Context,
  onCounts: (counts: ReplayCounts) => void,
): Promise<ReplayCounts> {
  const { file, rate, now: fresh, loop } = options
  const { signal, now } = context
  const { name: stream, contract } = target
  const make = eventMaker(contract, fresh)
  const counts: Counting = { sent: 0, accepted: 0, duplicates: 0, rejected: 0, reasons: new Map(), stopped: false }
  const sender = { ...options, stream, now, signal }
  const random = seededRandom(now())
  let [batch, bytes, dueMs] = [[] as Buffer[], 0, now()]
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return
    const events = batch
    batch = []
    bytes = 0
    counts.sent += events.length
    onCounts(counts)
    addAnswer(counts, await sendBatch(events, randomUUID(), sender))
    const task = `replaying ${file.path}`
    context.emit({ kind: 'pulse', type: 'task.progress', task, done: counts.sent, unit: 'rows' })
  }
  /** Until the next event is due. */
  const wait = async (): Promise<void> => {
    if (rate === undefined) return
    dueMs += (-Math.log(1 - random()) * 1000) / (typeof rate === 'function' ? rate(dueMs) : rate)
    if (dueMs <= now()) return
    await flush()
    await sleep(Math.max(0, dueMs - now()), undefined, { signal }).catch(() => undefined)
  }
  try {
    do {
      const before = counts.sent + batch.length
      for await (const rows of sourceRows(settings, target, file, context))
        for (const { json } of rows) {
          await wait()
          if (signal.aborted) break
          const event = make(json, now())
          batch.push(event)
          bytes += event.length
          if (batch.length === batchEvents || bytes >= batchBytes) await flush()
        }
      if (counts.sent + batch.length === before) break
    } while (loop && !signal.aborted)
    if (!signal.aborted) await flush()
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error
  }
  counts.stopped = signal.aborted
  return counts
}

function addAnswer(counts: Counting, { accepted, duplicates, rejected }: IngestAnswer): void {
  counts.accepted += accepted
  counts.duplicates += duplicates
  counts.rejected += rejected.length
  for (const { code, message } of rejected) {
    const known = counts.reasons.get(code)
    if (known) known.count++
    else counts.reasons.set(code, { count: 1, message })
  }
}
