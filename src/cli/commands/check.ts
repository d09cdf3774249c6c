import { findingOf } from '../../checks/finding.ts'
import { isBlocking } from '../../checks/inspect.ts'
import type { Value } from '../../core/values.ts'
import { type Checked, checkModels } from '../../project/checking.ts'
import { commandLine, reported } from '../../project/run-report.ts'
import type { CommandFile } from '../command.ts'
import type { TableColumn } from '../output/table.ts'
import { unitText } from '../output/values.ts'
import { withProject } from '../project.ts'
import { selectOption } from './build/select.ts'
import { warnOfDashboards } from './dashboards/warn.ts'

const columns: readonly TableColumn[] = [
  { name: 'table' },
  { name: 'check' },
  { name: 'severity' },
  { name: 'outcome' },
  { name: 'rows_failed', title: 'rows failed', unit: 'count' },
  { name: 'rows_judged', title: 'of', unit: 'count' },
  { name: 'finding', absent: '' },
]

export const command: CommandFile = {
  examples: ['millrace check', 'millrace check operations', 'millrace check --select operations+'],
  define(command, run) {
    selectOption(command.argument('[tables...]', 'models whose tables are checked; all without it')).action(
      (tables: readonly string[], { select = [] }: { select?: readonly string[] }) =>
        run(command, (session) =>
          withProject(session, 'write', 'check', async (project) => {
            const { output, context, progress, failed } = session
            const chosen = [...tables, ...select]
            const subject = chosen.length === 0 ? 'the checks of all models' : `the checks of ${chosen.join(', ')}`
            const begun = { kind: 'check', subject, by: commandLine } as const
            let checked: readonly Checked[] = []
            await reported(project.runs, begun, context, async (_report, own) => {
              checked = await checkModels(project, chosen, own)
              const bad = checked.flatMap(({ verdicts }) => verdicts).filter(isBlocking).length
              const judged = checked.flatMap(({ verdicts }) => verdicts).length
              return { summary: `${judged - bad} of ${judged} checks passed`, failed: bad > 0 }
            })
            progress.clear()
            await output.table(columns, checked.flatMap(rowsOf))
            for (const { model, missing } of checked)
              if (missing) output.warn(`\`${model}\` has no table yet: \`millrace build\` makes it`)
            const isAll = tables.length === 0 && select.length === 0
            if (isAll) await warnOfDashboards(session, project)
            const verdicts = checked.flatMap((each) => each.verdicts)
            const bad = verdicts.filter(isBlocking).length
            const warned = verdicts.filter(({ outcome }) => outcome === 'failed').length - bad
            if (bad > 0) failed()
            await output.say(summary(verdicts.length, bad, warned))
          }),
        ),
    )
  },
}

function rowsOf({ model, verdicts }: Checked): readonly (readonly Value[])[] {
  return verdicts.map((verdict) => {
    const { check, outcome, rowsFailed, rowsJudged } = verdict
    return [model, check.name, check.severity, outcome, rowsFailed, rowsJudged, findingOf(verdict) || null]
  })
}

function summary(all: number, bad: number, warned: number): string {
  if (all === 0) return 'There are no checks: models say in their header what they expect.'
  const told = [bad > 0 && `${unitText(bad, 'count')} failed`, warned > 0 && `${unitText(warned, 'count')} warned`]
  const parts = told.filter((part) => part !== false)
  return `${unitText(all - bad - warned, 'count')} of ${unitText(all, 'count')} checks passed${parts.length > 0 ? `, ${parts.join(', ')}` : ''}.`
}
