import type { Value } from '../../../core/values.ts'
import type { BuildPlan, Cost, ModelStep } from '../../../models/plan.ts'
import { actionText, whyText } from '../../../models/why.ts'
import { filesText, unitText } from '../../output/values.ts'
import type { Session } from '../../session.ts'

/** What a build would do: to people what there is to do, to programs every model. */
export async function showBuild({ output }: Session, { steps }: BuildPlan): Promise<void> {
  if (output.style === 'data') {
    await output.table(
      dataColumns.map((name) => ({ name })),
      steps.map(dataRow),
    )
    return
  }
  const work = steps.filter(({ action }) => action !== 'none')
  if (work.length > 0) {
    const columns = ['model', 'action', 'why', 'reads', 'rewrites'].map((name) => ({ name, absent: '—' }))
    await output.table(
      columns,
      work.map((step) => [step.model, actionText(step), whyText(step), costText(step.reads), costText(step.rewrites)]),
    )
  }
  const current = steps.length - work.length
  const [read, written] = [rowsOf(work, ({ reads }) => reads), rowsOf(work, ({ rewrites }) => rewrites)]
  const rows =
    read + written > 0
      ? `: ${unitText(read, 'count')} ${read === 1 ? 'row' : 'rows'} to read, ${unitText(written, 'count')} to rewrite`
      : ''
  if (steps.length > 0)
    await output.say(`${modelsText(work.length)} to build, ${unitText(current, 'count')} current${rows}.`)
}

function rowsOf(steps: readonly ModelStep[], cost: (step: ModelStep) => Cost): number {
  return steps.reduce((sum, step) => sum + cost(step).rows, 0)
}

export function modelsText(count: number): string {
  return count === 1 ? '1 model' : `${unitText(count, 'count')} models`
}

/** Rows stand in the sum: a table of five columns is wide enough. */
function costText({ files, bytes }: Cost): string | null {
  return files === 0 ? null : `${filesText(files)}, ${unitText(bytes, 'bytes')}`
}

const dataColumns = [
  'plan',
  'model',
  'kind',
  'action',
  'intervals',
  'keys',
  'full',
  'reasons',
  'after',
  'reads',
  'rewrites',
] as const

function dataRow(step: ModelStep): readonly Value[] {
  const { model, kind, action, labels, keys, full, reasons, after, reads, rewrites } = step
  const told = reasons.map((reason): Value => ({ ...reason }))
  return [
    'model',
    model,
    kind,
    action,
    labels ?? null,
    keys?.count ?? null,
    full,
    told,
    after,
    { ...reads },
    { ...rewrites },
  ]
}
