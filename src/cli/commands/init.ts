import { relative } from 'node:path'
import type { Context } from '../../core/context.ts'
import { MillraceError } from '../../core/errors.ts'
import type { InferredProject } from '../../project/infer-project.ts'
import { createProject, type NewProject, planBlankProject, planExampleProject } from '../../project/template.ts'
import type { CommandFile } from '../command.ts'
import type { Output } from '../output.ts'
import { showInferred, showLoaded } from './init/report.ts'

interface InitOptions {
  readonly example?: string
  readonly from?: readonly string[]
  /** False with `--no-load`. */
  readonly load: boolean
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
        'tables from these files or globs, one for all files of the same columns, inferred from their rows, loaded, and each with a model and a dashboard',
      )
      .option('--no-load', 'with --from: no more than the contract')
      .action((dir: string, options: InitOptions) =>
        run(command, async (session) => {
          const { output, context, progress } = session
          const project = await planProject(dir, options, context)
          progress.clear()
          await createProject(project)
          if (!('tables' in project)) return sayProject(output, project)
          await showInferred(output, project.tables)
          const { loadInferred } = await import('./init/load-inferred.ts')
          const loaded = options.load ? await loadInferred(session, project) : undefined
          progress.clear()
          if (loaded) await showLoaded(session, loaded)
          const files = { ...project.files, ...loaded?.files }
          const next = loaded
            ? [...project.next, `and open http://127.0.0.1:4300/dashboards/${loaded.dashboards[0] ?? ''}`]
            : ['millrace load', ...project.next]
          await sayProject(output, { ...project, files, next }, loaded?.tables ?? project.tables.map(described))
        }),
      )
  },
}

async function planProject(
  dir: string,
  { example, from }: InitOptions,
  context: Context,
): Promise<NewProject | InferredProject> {
  if (example && from)
    throw new MillraceError('USAGE', { reason: 'a project is made from an example or from files', hint: 'give one' })
  if (from) return (await import('../../project/infer-project.ts')).planInferredProject(dir, from, context)
  return example ? planExampleProject(dir, example) : planBlankProject(dir)
}

/** What programs are told of a table. */
function described({ name, from, files, columns }: InferredProject['tables'][number]) {
  return { name, from, files, columns: columns.map(({ name, type, example, why }) => ({ name, type, example, why })) }
}

async function sayProject(
  output: Output,
  { dir, files, next }: NewProject,
  tables?: Parameters<Output['data']>[0][string],
): Promise<void> {
  await output.data({ dir, files: Object.keys(files), ...(tables !== undefined && { tables }) })
  await output.say(`A new project in ${dir}:`)
  for (const file of Object.keys(files)) await output.say(`  ${file}`)
  await output.say('\nNext:')
  const inside = relative(process.cwd(), dir)
  if (inside) await output.say(`  cd ${inside}`)
  for (const line of next) await output.say(`  ${line}`)
}
