import { buildModels, checkModels, planModels, subjectOf } from '../../project/building.ts'
import { applyContracts, planContracts } from '../../project/run.ts'
import { commandLine, outcomesText, reported } from '../../project/run-report.ts'
import type { CommandFile } from '../command.ts'
import { confirm } from '../confirm.ts'
import { withProject } from '../project.ts'
import { reportBuild } from './build/report.ts'
import { type SelectOptions, selectOptions } from './build/select.ts'
import { loadsText, reportLoad, wasRefused } from './load/report.ts'
import { load } from './load.ts'
import { showContracts } from './plan.ts'

export const command: CommandFile = {
  examples: ['millrace run', 'millrace run --yes', 'millrace run --select revenue+'],
  define(command, run) {
    selectOptions(command)
      .option('-y, --yes', 'rewrite tables for a changed contract without asking')
      .action(({ yes, ...models }: SelectOptions & { yes?: boolean }) =>
        run(command, (session) =>
          withProject(session, 'write', 'run', async (project) => {
            const { output, context } = session
            await checkModels(project, models, context)
            const contracts = await planContracts(project, context)
            const asked = contracts.filter((plan) => plan.class !== 'free')
            if (asked.length > 0) {
              if (output.style === 'people') await showContracts(session, asked)
              const tables = asked.map(({ table }) => table).join(', ')
              if (!(await confirm(session, 'millrace run', `Change ${tables}?`, yes)))
                return output.say('Nothing was done.')
            }
            const begun = { kind: 'run', subject: `new files, ${subjectOf(models)}`, by: commandLine } as const
            await reported(project.runs, begun, context, async (report, own) => {
              await applyContracts(project, contracts, own)
              const loaded = await load({ ...session, context: own }, project, {})
              await reportLoad(session, loaded)
              const planned = await planModels(project, models, own)
              report.planned(planned.plan)
              const outcomes = await buildModels(planned, own)
              report.built(outcomes)
              session.progress.clear()
              await reportBuild(session, outcomes)
              return { summary: `${loadsText(loaded)}; ${outcomesText(outcomes)}`, failed: wasRefused(loaded) }
            })
          }),
        ),
      )
  },
}
