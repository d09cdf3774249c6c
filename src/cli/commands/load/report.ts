import type { Value } from '../../../core/values.ts'
import type { FileOutcome } from '../../../sources/load-source.ts'
import type { TableColumn } from '../../output/table.ts'
import { countText, filesText, unitText, valueText } from '../../output/values.ts'
import type { Session } from '../../session.ts'
import { noFiles, warnOfNoFiles } from './no-files.ts'
import { isRemoved, skipNote } from './skip-note.ts'

/** What became of the files of one source. */
export interface SourceReport {
  readonly source: string
  readonly table: string
  /** Where it looked for files. */
  readonly globs: readonly string[]
  readonly outcomes: readonly FileOutcome[]
  readonly elapsedMs: number
}

const columns: readonly TableColumn[] = [
  { name: 'table' },
  { name: 'file' },
  { name: 'outcome' },
  { name: 'lines', unit: 'count', absent: '' },
  { name: 'stored', unit: 'count', absent: '' },
  { name: 'rejected', unit: 'count', absent: '' },
  { name: 'duplicate', unit: 'count', absent: '' },
  { name: 'note', absent: '' },
]

/** To people no more files than this are shown one by one. */
const shownFiles = 25

/** Files that were passed over are a sentence to people, and a line each to programs. */
export async function reportLoad(session: Session, reports: readonly SourceReport[]): Promise<void> {
  const { output, failed } = session
  const rows = reports.flatMap(({ table, outcomes }) => outcomes.map((outcome) => ({ table, outcome })))
  const refused = rows.flatMap(({ outcome }) => (outcome.outcome === 'refused' ? [outcome] : []))
  if (refused.length > 0) failed()
  const empty = reports.filter(({ outcomes }) => outcomes.length === 0)
  warnOfNoFiles(output, empty)
  if (output.style === 'data') {
    await output.table(columns, reports.flatMap(rowsOf))
    return
  }
  await showFiles(
    session,
    rows
      .filter(({ outcome }) => outcome.outcome !== 'skipped' || isRemoved(outcome))
      .map(({ table, outcome }) => rowOf(table, outcome)),
  )
  for (const report of reports) if (!empty.includes(report)) await output.say(summary(report))
  if (reports.length === 0) await output.say('The project declares no sources: nothing to load.')
  for (const { error } of refused) output.error(error)
}

/** What became of all files, in words: `31 files loaded`. */
export function loadsText(reports: readonly SourceReport[]): string {
  const counts = new Map<string, number>()
  for (const { outcome } of reports.flatMap(({ outcomes }) => outcomes))
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  return [...counts].map(([outcome, count]) => `${filesText(count)} ${outcome}`).join(', ') || 'no files'
}

/** Whether a file was kept out. */
export function wasRefused(reports: readonly SourceReport[]): boolean {
  return reports.some(({ outcomes }) => outcomes.some(({ outcome }) => outcome === 'refused'))
}

/** The files that were loaded or refused; what is said of every one is said once. */
async function showFiles({ output }: Session, rows: readonly (readonly Value[])[]): Promise<void> {
  const notes = new Set(rows.map((row) => row.at(-1)))
  const [common] = notes
  const same = notes.size === 1 && (rows.length > 1 || common === null)
  const [shown, left] = [rows.slice(0, shownFiles), rows.slice(shownFiles).length]
  if (rows.length === 0) return
  if (same) await output.table(columns.slice(0, -1), shown)
  else await output.table(columns, shown)
  if (left > 0) await output.say(`… and ${filesText(left)} more (--json shows all).`)
  if (same && common) await output.say(`Each file: ${valueText(common)}.`)
}

/** A source without files is a fact too: a row with no file. */
function rowsOf({ table, globs, outcomes }: SourceReport): readonly (readonly Value[])[] {
  if (outcomes.length === 0) return [[table, null, 'no_files', null, null, null, null, noFiles({ globs })]]
  return outcomes.map((outcome) => rowOf(table, outcome))
}

function rowOf(table: string, outcome: FileOutcome): readonly Value[] {
  const { path } = outcome
  switch (outcome.outcome) {
    case 'loaded': {
      const { lines, stored, rejected, counts, duplicate } = outcome.delivery
      const { missing, undeclared } = outcome.drift
      const drift = [
        missing.length > 0 ? `lacks ${missing.join(', ')}` : '',
        undeclared.length > 0 ? `undeclared ${undeclared.join(', ')}` : '',
      ]
      const note = drift.filter((text) => text !== '').join('; ')
      return [table, path, 'loaded', lines, stored, rejected + counts.rejected, duplicate, note || null]
    }
    case 'skipped':
      return [table, path, 'skipped', null, null, null, null, skipNote(table, outcome)]
    case 'removed':
      return [table, path, 'removed', null, null, null, null, `its content is that of ${outcome.sameAs}`]
    case 'refused':
      return [table, path, 'refused', null, null, null, null, `${outcome.error.code}: ${outcome.error.message}`]
  }
}

function summary({ source, table, outcomes, elapsedMs }: SourceReport): string {
  const loaded = outcomes.flatMap((outcome) => (outcome.outcome === 'loaded' ? [outcome.delivery] : []))
  const passed = outcomes.filter((outcome) => outcome.outcome === 'skipped')
  const skipped = passed.length
  const removed = passed.filter(isRemoved).length
  const before = `${filesText(skipped)} loaded before${awayText(removed, skipped)}`
  if (skipped === outcomes.length) return `${source}: nothing has changed; ${before}.`
  const stored = loaded.reduce((sum, delivery) => sum + delivery.stored, 0)
  const rejected = loaded.reduce((sum, delivery) => sum + delivery.rejected + delivery.counts.rejected, 0)
  const rate =
    elapsedMs >= 1000 && stored >= 1000 ? `, ${unitText(Math.round((stored / elapsedMs) * 1000), 'count')} rows/s` : ''
  const parts = [
    `${source}: ${countText(stored, 'row')} from ${filesText(loaded.length)} into ${table}`,
    ` in ${unitText(elapsedMs, 'ms')}${rate}`,
    skipped > 0 ? `; ${before}` : '',
    rejected > 0 ? `; ${unitText(rejected, 'count')} rejected, see \`millrace rejects ls\`` : '',
  ]
  return `${parts.join('')}.`
}

function awayText(removed: number, skipped: number): string {
  if (removed === 0) return ''
  if (removed < skipped) return `, the rows of ${unitText(removed, 'count')} restored away`
  return skipped === 1 ? ', its rows restored away' : ', their rows restored away'
}
