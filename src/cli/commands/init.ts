import { relative } from 'node:path'
import { createProject, type NewProject, planBlankProject, planExampleProject } from '../../project/template.ts'
import type { CommandFile } from '../command.ts'
import type { Output } from '../output.ts'

interface InitOptions {
  readonly example?: string
}

export const command: CommandFile = {
  examples: ['millrace init', 'millrace init shop --example shop'],
  define(command, run) {
    command
      .argument('[dir]', 'the new project’s folder, made when it is missing', '.')
      .option('--example <name>', 'a copy of an example: shop')
      .action((dir: string, { example }: InitOptions) =>
        run(command, async ({ output }) => {
          const project = example ? await planExampleProject(dir, example) : planBlankProject(dir)
          await createProject(project)
          await report(output, project)
        }),
      )
  },
}

async function report(output: Output, { dir, files, next }: NewProject): Promise<void> {
  await output.data({ dir, files: Object.keys(files) })
  await output.say(`A new project in ${dir}:`)
  for (const file of Object.keys(files)) await output.say(`  ${file}`)
  await output.say('\nNext:')
  const inside = relative(process.cwd(), dir)
  if (inside) await output.say(`  cd ${inside}`)
  for (const line of next) await output.say(`  ${line}`)
}
