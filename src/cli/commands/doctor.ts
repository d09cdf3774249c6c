import { examineProject, type Finding } from '../../project/doctor.ts'
import { findProject } from '../../project/load.ts'
import type { CommandFile } from '../command.ts'

export const command: CommandFile = {
  examples: ['millrace doctor', 'millrace doctor --profile production --json'],
  define(command, run) {
    command.action(() =>
      run(command, async ({ output, context, options, failed }) => {
        const dir = options.project ?? findProject(process.cwd())
        const findings: Finding[] = []
        for await (const finding of examineProject(dir, options.profile, context)) findings.push(finding)
        await output.table(
          [
            { name: 'subject' },
            { name: 'status' },
            { name: 'finding' },
            ...(output.style === 'data' ? [{ name: 'mend' }] : []),
          ],
          findings.map(({ subject, status, finding, mend = null }) => [subject, status, finding, mend]),
        )
        const wrong = findings.filter(({ status }) => status !== 'good')
        if (wrong.length > 0) await output.say('\nTo mend:')
        for (const { subject, mend } of wrong) await output.say(`  ${subject}: ${mend}`)
        if (wrong.some(({ status }) => status === 'bad')) failed()
      }),
    )
  },
}
