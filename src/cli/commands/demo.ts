import { relative, resolve } from 'node:path'
import { buildModels, planModels } from '../../project/building.ts'
import { projectCatalog } from '../../project/catalog.ts'
import { prepareDemo } from '../../project/demo.ts'
import { readQuestions } from '../../project/questions.ts'
import { query } from '../../query/query.ts'
import type { CommandFile } from '../command.ts'
import type { TableColumn } from '../output/table.ts'
import { unitText } from '../output/values.ts'
import { withProject } from '../project.ts'
import { rowsOf } from '../result-rows.ts'
import type { Session } from '../session.ts'
import { time, whole } from '../words.ts'
import { reportBuild } from './build/report.ts'
import { reportLoad } from './load/report.ts'
import { load } from './load.ts'

interface DemoOptions {
  readonly rows: number
  readonly seed: number
  readonly end?: number
}

export const command: CommandFile = {
  examples: ['millrace demo', 'millrace demo big-shop --rows 10000000', 'millrace demo --seed 7 --end 2026-11-20'],
  define(command, run) {
    command
      .argument('[dir]', 'the shop’s folder, made when it is missing', 'shop')
      .option('--rows <n>', 'how many events are made where there are none', whole, 200_000)
      .option('--seed <n>', 'what they are made from: equal seeds and ends give equal bytes', whole, 1)
      .option('--end <time>', 'when they end (default: now)', time)
      .action((dir: string, options: DemoOptions) =>
        run(command, (session) => demo(session, resolve(dir), options), 'people'),
      )
  },
}

/** Makes the shop's data where there is none, loads it, builds its models, and answers its questions. */
async function demo(session: Session, dir: string, { rows, seed, end }: DemoOptions): Promise<void> {
  const { output, context, progress, options } = session
  const prepared = await prepareDemo(dir, { rows, seed, endMs: end ?? context.now() }, context)
  progress.clear()
  const shown = relative(process.cwd(), dir) || '.'
  if (prepared.created) await output.say(`A new shop in ${shown}.`)
  if (prepared.files.length > 0)
    await output.say(`Made ${unitText(rows, 'count')} events of a shop, a file a day, in ${shown}/data.`)
  await withProject({ ...session, options: { ...options, project: dir } }, 'write', 'demo', async (project) => {
    await reportLoad(session, await load(session, project, {}))
    const outcomes = await buildModels(await planModels(project, {}, context), context)
    progress.clear()
    await output.say()
    await reportBuild(session, outcomes)
    const catalog = await projectCatalog(project, context)
    for (const { title, sql } of await readQuestions(dir)) {
      await using answer = await query(catalog, project.lake.engine, sql, {}, context)
      progress.clear()
      await output.say()
      await output.title(title)
      await output.table(readable(answer.columns), rowsOf(answer))
    }
    await output.say(
      `\nThese are Delta tables in ${shown}/lake. Next, in ${shown}: \`millrace plan\`, \`test\`, \`check\`, \`query SQL\`.`,
    )
  })
}

/** Numbers as people read them. */
function readable(columns: readonly TableColumn[]): readonly TableColumn[] {
  return columns.map((column) =>
    /^(bigint|decimal.*)$/i.test(column.type ?? '') ? { ...column, unit: 'count' } : column,
  )
}
