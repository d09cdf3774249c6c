import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { IngestAnswer } from '../api/ingest.ts'
import { contentOf } from '../connectors/files/content.ts'
import { asUtf8 } from '../connectors/files/encoding.ts'
import { layoutOf } from '../connectors/files/layout.ts'
import { checkOptions } from '../connectors/files/options.ts'
import { longestDocumentBytes } from '../connectors/files/records.ts'
import { type FileRow, rowSplitter } from '../connectors/files/rows.ts'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import type { FoundFile } from '../sources/reader.ts'
import { seededRandom } from '../sources/seeded-random.ts'
import type { ProjectSettings, Target } from './parse.ts'
import { eventMaker } from './replay/event-maker.ts'
import { type SenderOptions, sendBatch } from './replay/sender.ts'
import { rowDialect } from './row-dialect.ts'

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
  { name: stream, contract }: Target,
  options: ReplayOptions,
  context: Context,
  onCounts: (counts: ReplayCounts) => void,
): Promise<ReplayCounts> {
  const { file, rate, now: fresh, loop } = options
  const { signal, now } = context
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
      for await (const rows of rowsOf(settings, stream, contract, file, context))
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

/** The rows of a file, read as the files that feed the stream are. */
async function* rowsOf(
  settings: ProjectSettings,
  stream: string,
  contract: Target['contract'],
  file: FoundFile,
  { signal }: Context,
): AsyncGenerator<readonly FileRow[]> {
  const declared = [...settings.sources.values()].find(({ files }) => files.into === stream)?.files
  // its format and how it is compressed are its own
  const { format: _, ...told } = declared ?? {}
  const { dialect, isNull } = rowDialect(contract, told, { glob: file.path, root: settings.folder })
  checkOptions(dialect)
  const layout = await layoutOf(file, dialect, signal)
  if (layout.format === 'parquet')
    throw new MillraceError('FILE_UNREADABLE', { path: file.path, reason: 'text is replayed, and this is Parquet' })
  let rows: FileRow[] = []
  const splitter = rowSplitter({ layout, isNull }, ({ line, raw, json, fault }) => {
    const kept = Buffer.from(raw)
    rows.push({ line, raw: kept, json: json === raw ? kept : Buffer.from(json), ...(fault && { fault }) })
  })
  for await (const piece of asUtf8(contentOf(file.absolute, layout.compression), layout.encoding)) {
    splitter.push(piece)
    if (splitter.waiting > longestDocumentBytes)
      throw new MillraceError('DOCUMENT_TOO_LARGE', { path: file.path, limit: `${longestDocumentBytes / 1e6} MB` })
    yield rows
    rows = []
    if (signal.aborted) return
  }
  splitter.end()
  yield rows
}
