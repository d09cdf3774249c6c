import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import type { Lake } from '../lake/lake.ts'
import { findingOf } from './finding.ts'
import { type Ground, judge, type Subject, type Verdict } from './judge.ts'
import { recordVerdicts } from './results.ts'

/** What a build is about to commit. */
export interface Inspected extends Ground {
  /** The number of the build whose commit comes next: `txn` millrace/build of the table is less. */
  readonly build: bigint
  /** The version that the rows are put upon; undefined where there is none yet. */
  readonly version?: number
}

/**
 * The checks of a table that is built: to be called from the hook that sees what is staged, once all rows of the commit
 * are, and before it. Judges them and writes the results down. They count once the build's number is committed, and an
 * attempt at the same number takes the place of the one before, so that a build which was killed, or came second and is
 * decided again, never has two. Gives all verdicts; those of severity `warn` that failed are the report's to tell.
 *
 * Throws where a blocking check failed, or one could not be run, whatever its severity: the caller takes back what it
 * has staged and commits nothing. That run is written down as blocked, and counts at once. CHECK_FAILED, CHECK_NOT_RUN.
 *
 * ```ts
 * inspect: ({ staged, after }) => inspectChecks(lake, subject, { staged, after, reference, build, version }, context)
 * ```
 */
export async function inspectChecks(
  lake: Lake,
  subject: Subject,
  { build, version, ...ground }: Inspected,
  context: Context,
): Promise<readonly Verdict[]> {
  if (subject.checks.length === 0) return []
  const verdicts = await judge(lake.engine, subject, ground, context)
  const blocked = verdicts.some(isBlocking)
  const run = { table: subject.table, version, blocked, ...(!blocked && { build }) }
  await recordVerdicts(lake, run, verdicts, context)
  report(subject, verdicts, context)
  if (blocked) throw refusal(subject, verdicts)
  return verdicts
}

/** Judges a stored table as it is, and writes the results down. A check that fails is told, not thrown. */
export async function checkStored(
  lake: Lake,
  subject: Subject,
  { version, ...ground }: Ground & { readonly version?: number },
  context: Context,
): Promise<readonly Verdict[]> {
  const verdicts = await judge(lake.engine, subject, ground, context)
  await recordVerdicts(lake, { table: subject.table, version, blocked: false }, verdicts, context)
  report(subject, verdicts, context)
  return verdicts
}

/** A verdict that keeps rows out. What could not be checked is not let in. */
export function isBlocking({ check, outcome }: Verdict): boolean {
  return outcome === 'error' || (outcome === 'failed' && check.severity === 'block')
}

function report({ table }: Subject, verdicts: readonly Verdict[], context: Context): void {
  for (const { check, outcome, rowsFailed } of verdicts)
    if (outcome !== 'passed')
      context.emit({
        kind: 'fact',
        type: 'check.failed',
        table,
        check: check.name,
        severity: check.severity,
        rowsFailed,
      })
}

/** The error of the first check that blocks, with the number of the others. */
function refusal({ table }: Subject, verdicts: readonly Verdict[]): MillraceError {
  const [first, ...others] = verdicts.filter(isBlocking) as [Verdict, ...Verdict[]]
  const check = first.check.name
  const finding = findingOf(first)
  if (first.outcome === 'error') return new MillraceError('CHECK_NOT_RUN', { table, check, reason: finding })
  const more = others.length === 0 ? '' : ` (${others.length} more failed: ${others.map(nameOf).join(', ')})`
  return new MillraceError('CHECK_FAILED', { table, check, finding, more })
}

function nameOf({ check }: Verdict): string {
  return check.name
}
