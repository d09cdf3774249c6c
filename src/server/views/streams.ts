import type { StreamView } from '../../api/streams.ts'
import type { LiveProject } from '../../project/live.ts'
import type { ProjectSettings, Target } from '../../project/parse.ts'
import type { LiveStream } from '../../streams/live-stream.ts'
import type { Rates } from './rates.ts'
import { type Allowed, columnViews, isAllowed } from './tables.ts'

export function streamsView(
  { targets }: ProjectSettings,
  { streams }: LiveProject,
  rates: Rates,
  allowed: Allowed,
): readonly StreamView[] {
  return [...streams].flatMap(([name, live]) =>
    isAllowed(allowed, name) ? [viewOf(targets.get(name) as Target, live, rates)] : [],
  )
}

function viewOf({ name, contract }: Target, live: LiveStream, rates: Rates): StreamView {
  const { log, stored, trouble, waiting, waitingLimit } = live
  const personal = new Set(contract.columns.flatMap((column) => (column.pii ? [column.name] : [])))
  return {
    name,
    columns: columnViews(contract.columns, (column) => personal.has(column)),
    id: contract.id ?? null,
    time: contract.time ?? null,
    unknown: contract.unknown,
    rules: contract.rules.map((rule) => ({ name: rule.name, sql: rule.sql })),
    offsets: { next: String(log.next), stored: String(stored + 1n) },
    counts: countsOf(live),
    rates: rates.of(name),
    waiting: { records: Number(waiting), limit: waitingLimit },
    log_bytes: log.bytes,
    unflushed_bytes: unflushedBytes(live),
    trouble: trouble instanceof Error ? trouble.message : null,
  }
}

function countsOf({ log, flushed, pending }: LiveStream): StreamView['counts'] {
  const { received, accepted, duplicates, rejected, conflicts, mended } = log.counters
  return {
    received,
    accepted,
    duplicates,
    rejected,
    conflicts,
    mended,
    stored: Number(flushed.stored),
    rejected_by_rule: Number(flushed.rejected),
    late_duplicates: Number(flushed.late),
    pending: Number(pending),
  }
}

/** What of the log is not in the table yet, whole groups. */
function unflushedBytes({ log, stored }: LiveStream): number {
  return log.ranges(stored + 1n).reduce((bytes, { start, end }) => bytes + end - start, 0)
}
