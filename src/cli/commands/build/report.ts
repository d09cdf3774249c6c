import type { Value } from '../../../core/values.ts'
import type { ModelOutcome } from '../../../models/build.ts'
import { actionText } from '../../../models/why.ts'
import type { TableColumn } from '../../output/table.ts'
import { unitText } from '../../output/values.ts'
import type { Session } from '../../session.ts'
import { modelsText } from './show-plan.ts'

const columns: readonly TableColumn[] = [
  { name: 'model' },
  { name: 'outcome' },
  { name: 'action', absent: '' },
  { name: 'version', type: 'bigint', absent: '' },
  { name: 'rows_added', title: 'added', unit: 'count', absent: '' },
  { name: 'rows_removed', title: 'removed', unit: 'count', absent: '' },
  { name: 'elapsed_ms', title: 'time', unit: 'ms', absent: '' },
  { name: 'note', absent: '' },
]

/** What became of each model: to people those with which something was done, or could not be. */
export async function reportBuild(session: Session, outcomes: readonly ModelOutcome[]): Promise<void> {
  const { output, failed } = session
  const errors = outcomes.flatMap((each) =>
    each.outcome === 'failed' || each.outcome === 'blocked' ? [each.error] : [],
  )
  if (errors.length > 0) failed()
  if (output.style === 'data') {
    await output.table(columns, outcomes.map(rowOf))
  } else {
    const told = outcomes.filter(({ outcome }) => outcome !== 'current')
    const rows = told.map(rowOf)
    const noted = rows.some((row) => row.at(-1) !== null)
    if (rows.length > 0) await output.table(noted ? columns : columns.slice(0, -1), rows)
    if (outcomes.length > 0) await output.say(summary(outcomes))
  }
  for (const error of errors) output.error(error)
}

function rowOf(each: ModelOutcome): readonly Value[] {
  const { step, outcome } = each
  const none = [null, null, null, null]
  switch (outcome) {
    case 'built': {
      const { version, rowsAdded, rowsRemoved, commits } = each.built
      const note = commits > 1 ? `in ${unitText(commits, 'count')} commits` : null
      return [step.model, outcome, actionText(step), version, rowsAdded, rowsRemoved, each.elapsedMs, note]
    }
    case 'current':
      return [step.model, outcome, null, step.version ?? null, null, null, null, null]
    case 'failed':
    case 'blocked':
      return [step.model, outcome, actionText(step), ...none, `${each.error.code}: ${each.error.message}`]
    case 'skipped':
      return [step.model, outcome, actionText(step), ...none, `${each.because} could not be built`]
    default:
      return each satisfies never
  }
}

function summary(outcomes: readonly ModelOutcome[]): string {
  const count = (wanted: ModelOutcome['outcome']) => outcomes.filter(({ outcome }) => outcome === wanted).length
  const words = {
    built: 'built',
    current: 'current',
    failed: 'failed',
    blocked: 'blocked by a check',
    skipped: 'skipped',
  }
  const parts = Object.entries(words).flatMap(([outcome, text]) => {
    const many = count(outcome as ModelOutcome['outcome'])
    return many > 0 ? [`${unitText(many, 'count')} ${text}`] : []
  })
  return `${modelsText(outcomes.length)}: ${parts.join(', ')}.`
}
