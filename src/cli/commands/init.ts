import { relative } from 'node:path'
import { createProject, planBlankProject } from '../../project/template.ts'
import type { CommandFile } from '../command.ts'

export const command: CommandFile = {
  examples: ['millrace init', 'millrace init shop'],
  define(command, run) {
    command.argument('[dir]', 'the new project’s folder, made when it is missing', '.').action((dir: string) =>
      run(command, async ({ output }) => {
        const project = planBlankProject(dir)
        await createProject(project)
        const files = Object.keys(project.files)
        await output.data({ dir: project.dir, files })
        await output.say(`A new project in ${project.dir}:`)
        for (const file of files) await output.say(`  ${file}`)
        const inside = relative(process.cwd(), project.dir)
        await output.say(
          `\nNext:\n${inside ? `  cd ${inside}\n` : ''}  millrace load\n  millrace query "SELECT event_type, count(*) FROM events GROUP BY ALL"`,
        )
        return 0
      }),
    )
  },
}
