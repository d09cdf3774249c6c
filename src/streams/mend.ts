import { parseColumn } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { collect } from '../engines/rows.ts'
import type { Lake } from '../lake/lake.ts'
import { readSnapshot } from '../lake/snapshot.ts'
import { sql, value } from '../sql/text.ts'
import type { IdIndex, Verdict } from './dedupe.ts'
import type { LiveStream } from './live-stream.ts'
import type { LogRecord } from './log.ts'
import { mendRecord } from './reject-state.ts'
import { streamRejects } from './rejects.ts'

/** Which of a stream's open rejects. */
export interface RejectChoice {
  readonly ids?: readonly string[]
  readonly code?: string
  readonly column?: string
  readonly sinceMs?: number
}

/** A reject that nothing has become of yet. */
export interface OpenReject {
  readonly id: string
  readonly column: string | null
  readonly code: string
  readonly message: string
  /** What was refused, as it came. */
  readonly bytes: Uint8Array
}

/** What is to become of a reject: an event that is sent in its place, or nothing more. */
export type Mending =
  | {
      readonly reject: string
      readonly event: { readonly id: string | undefined; readonly content: number; readonly payload: Uint8Array }
    }
  | { readonly reject: string; readonly discard: string }

export interface MendOutcome {
  /** Events that are there now. */
  readonly mended: number
  /** Rejects whose event was there already. */
  readonly superseded: number
  readonly discarded: number
  /** Rejects whose id another event has, with other content: they stay open. */
  readonly conflicts: readonly string[]
}

export interface MendSite {
  readonly lake: Lake
  readonly stream: string
  readonly live: Pick<LiveStream, 'append' | 'flush'>
  readonly index?: IdIndex
}

/** Mendings of one group of the log. */
const together = 500

/** The open rejects that are chosen, oldest first, at most `limit`: all that was acknowledged is decided on first. */
export async function openRejects(
  { lake, stream, live }: MendSite,
  { ids, code, column, sinceMs }: RejectChoice,
  limit: number,
  context: Context,
): Promise<readonly OpenReject[]> {
  await live.flush()
  const rejects = await streamRejects(lake, await readSnapshot(lake, stream, {}, context), {}, context)
  if (!rejects) return []
  const chosen = {
    kind: 'values',
    columns: [parseColumn('id', 'varchar')],
    rows: (ids ?? []).map((id) => [id]),
  } as const
  const query = sql`SELECT id, "column", code, message, raw, encoding FROM rejects WHERE state = 'open'
    AND (${value(ids === undefined)} OR id IN (SELECT id FROM chosen))
    AND (${value(code ?? null)} IS NULL OR code = ${value(code ?? null)})
    AND (${value(column ?? null)} IS NULL OR "column" = ${value(column ?? null)})
    AND epoch_ms(rejected_at) >= ${value(sinceMs ?? 0)}
    ORDER BY rejected_at, log, "offset" LIMIT ${value(limit)}`
  const rows = await collect(await lake.engine.run({ sql: query.text, from: { rejects, chosen } }, context))
  return rows.map(([id, at, why, message, raw, encoding]) => ({
    id: String(id),
    column: at === null ? null : String(at),
    code: String(why),
    message: String(message),
    bytes: Buffer.from(String(raw), encoding === 'base64' ? 'base64' : 'utf8'),
  }))
}

/**
 * Writes what is to become of rejects: an event and the mend that names its reject are one group of the log, so that they
 * are both there or neither is. Rejects that are not open any more are left out; nobody else may mend this stream
 * meanwhile. The codes of `append`.
 */
export async function applyMends(site: MendSite, mendings: readonly Mending[], context: Context): Promise<MendOutcome> {
  const ids = mendings.map(({ reject }) => reject)
  const open = new Set((await openRejects(site, { ids }, ids.length, context)).map(({ id }) => id))
  const left = mendings.filter(({ reject }) => open.has(reject))
  let [mended, superseded, discarded] = [0, 0, 0]
  const conflicts: string[] = []
  for (let from = 0; from < left.length; from += together) {
    context.signal.throwIfAborted()
    const done = await applyGroup(site, left.slice(from, from + together))
    mended += done.mended
    superseded += done.superseded
    discarded += done.discarded
    conflicts.push(...done.conflicts)
  }
  return { mended, superseded, discarded, conflicts }
}

async function applyGroup({ live, index }: MendSite, mendings: readonly Mending[]): Promise<MendOutcome> {
  const named = mendings.flatMap((mending) =>
    'event' in mending && mending.event.id !== undefined ? [{ ...mending.event, id: mending.event.id }] : [],
  )
  const batch = index?.batch(
    named.map(({ id }) => id),
    named.map(({ content }) => content),
  )
  const reservation = batch && named.length > 0 ? index?.reserve(batch) : undefined
  try {
    const verdicts = (await reservation?.verdicts) ?? []
    const records: LogRecord[] = []
    const places: number[] = []
    const conflicts: string[] = []
    let [at, mended, superseded, discarded] = [0, 0, 0, 0]
    for (const mending of mendings) {
      const { reject } = mending
      if ('discard' in mending) {
        records.push(mendRecord({ state: 'discarded', reject, reason: mending.discard }))
        discarded++
        continue
      }
      const { id, payload } = mending.event
      const verdict: Verdict = id === undefined ? 'new' : (verdicts[at] ?? 'new')
      if (id !== undefined) places[at++] = records.length
      if (verdict === 'conflict') conflicts.push(reject)
      else if (verdict === 'duplicate') {
        records.push(mendRecord({ state: 'superseded', reject }))
        superseded++
      } else {
        const event = id === undefined ? {} : { event: id, back: 1 }
        records.push({ kind: 'event', payload }, mendRecord({ state: 'mended', reject, ...event }))
        mended++
      }
    }
    const counts = { mended, mends: mended + superseded + discarded }
    if (records.length > 0) {
      const { first } = await live.append({ records, counts })
      reservation?.confirm(first, (nth) => places[nth] as number)
    } else reservation?.release()
    return { mended, superseded, discarded, conflicts }
  } catch (error) {
    reservation?.release()
    throw error
  }
}
