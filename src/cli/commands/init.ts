import { relative } from 'node:path'
import type { Context } from '../../core/context.ts'
import { MillraceError } from '../../core/errors.ts'
import type { InferredTable } from '../../project/infer-project.ts'
import { createProject, type NewProject, planBlankProject, planExampleProject } from '../../project/template.ts'
import type { CommandFile } from '../command.ts'
import { filesText } from '../output/values.ts'
import type { Output } from '../output.ts'

interface InitOptions {
  readonly example?: string
  readonly from?: readonly string[]
}

export const command: CommandFile = {
  examples: [
    'millrace init',
    'millrace init shop --from orders.csv customers.ndjson',
    "millrace init music --from 'logs/**/*.json' songs.csv",
    'millrace init shop --example shop',
  ],
  define(command, run) {
    command
      .argument('[dir]', 'the new project’s folder, made when it is missing', '.')
      .option('--example <name>', 'a copy of an example: shop')
      .option(
        '--from <files...>',
        'tables from these files or globs, one for all files of the same columns, inferred from their rows',
      )
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

type Planned = NewProject & { readonly tables?: readonly InferredTable[] }

async function planProject(dir: string, { example, from }: InitOptions, context: Context): Promise<Planned> {
  if (example && from)
    throw new MillraceError('USAGE', { reason: 'a project is made from an example or from files', hint: 'give one' })
  if (from) return (await import('../../project/infer-project.ts')).planInferredProject(dir, from, context)
  return example ? planExampleProject(dir, example) : planBlankProject(dir)
}

async function report(output: Output, { dir, files, next, tables }: Planned): Promise<void> {
  const made = tables?.map(({ name, from, files: count }) => ({ name, from, files: count }))
  await output.data({ dir, files: Object.keys(files), ...(made && { tables: made }) })
  for (const { name, from, files: count } of tables ?? [])
    await output.say(`${name}: ${filesText(count)}, ${typeof from === 'string' ? from : 'each by its path'}`)
  if (tables) await output.say()
  await output.say(`A new project in ${dir}:`)
  for (const file of Object.keys(files)) await output.say(`  ${file}`)
  await output.say('\nNext:')
  const inside = relative(process.cwd(), dir)
  if (inside) await output.say(`  cd ${inside}`)
  for (const line of next) await output.say(`  ${line}`)
}
