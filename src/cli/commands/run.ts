import { buildModels, checkModels, planModels } from '../../project/building.ts'
import { applyContracts, planContracts } from '../../project/run.ts'
import type { CommandFile } from '../command.ts'
import { confirm } from '../confirm.ts'
import { withProject } from '../project.ts'
import { reportBuild } from './build/report.ts'
import { type SelectOptions, selectOptions } from './build/select.ts'
import { reportLoad } from './load/report.ts'
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
            await applyContracts(project, contracts, context)
            await reportLoad(session, await load(session, project, {}))
            const outcomes = await buildModels(await planModels(project, models, context), context)
            session.progress.clear()
            await reportBuild(session, outcomes)
          }),
        ),
      )
  },
}
