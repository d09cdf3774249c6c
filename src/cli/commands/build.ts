import { planModels, runBuild, subjectOf } from '../../project/building.ts'
import { commandLine } from '../../project/run-report.ts'
import type { CommandFile } from '../command.ts'
import { withProject } from '../project.ts'
import { reportBuild } from './build/report.ts'
import { type SelectOptions, selectOptions } from './build/select.ts'

export const command: CommandFile = {
  examples: ['millrace build', 'millrace build --select operations+', 'millrace build --full --select operations'],
  define(command, run) {
    selectOptions(command).action((options: SelectOptions) =>
      run(command, (session) =>
        withProject(session, 'write', 'build', async (project) => {
          const { output, context, progress } = session
          const planned = await planModels(project, options, context)
          const begun = { subject: subjectOf(options), by: commandLine }
          const outcomes = await runBuild(project, begun, planned, context)
          progress.clear()
          await reportBuild(session, outcomes)
          if (outcomes.length === 0) await output.say('The project has no models to build: they are files in models/.')
        }),
      ),
    )
  },
}
