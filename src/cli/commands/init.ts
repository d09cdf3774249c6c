import { relative } from 'node:path'
import type { Context } from '../../core/context.ts'
import { MillraceError } from '../../core/errors.ts'
import { createProject, type NewProject, planBlankProject, planExampleProject } from '../../project/template.ts'
import type { CommandFile } from '../command.ts'
import type { Output } from '../output.ts'

interface InitOptions {
  readonly example?: string
  readonly from?: readonly string[]
}

export const command: CommandFile = {
  examples: [
    'millrace init',
    'millrace init shop --from orders.csv customers.ndjson',
    'millrace init shop --example shop',
  ],
  define(command, run) {
    command
      .argument('[dir]', 'the new project’s folder, made when it is missing', '.')
      .option('--example <name>', 'a copy of an example: shop')
      .option('--from <files...>', 'a table for each of these files, its columns inferred from its rows')
      .action((dir: string, options: InitOptions) =>
        run(command, async ({ output, context, progress }) => {
          const project = await planProject(dir, options, context)
          progress.clear()
          await createProject(project)
          if (options.from) await output.say(project.files['millrace.config.ts'])
          await report(output, project)
        }),
      )
  },
}

async function planProject(dir: string, { example, from }: InitOptions, context: Context): Promise<NewProject> {
  if (example && from)
    throw new MillraceError('USAGE', { reason: 'a project is made from an example or from files', hint: 'give one' })
  if (from) return (await import('../../project/infer-project.ts')).planInferredProject(dir, from, context)
  return example ? planExampleProject(dir, example) : planBlankProject(dir)
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
