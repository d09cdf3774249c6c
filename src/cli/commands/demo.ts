import { relative, resolve } from 'node:path'
import { buildModels, planModels } from '../../project/building.ts'
import { projectCatalog } from '../../project/catalog.ts'
import { demoPace, prepareDemo } from '../../project/demo.ts'
import { readQuestions } from '../../project/questions.ts'
import { profileOf, stateFolderOf } from '../../project/state-folder.ts'
import { query } from '../../query/query.ts'
import { assertFree } from '../../server/address.ts'
import type { CommandFile } from '../command.ts'
import type { TableColumn } from '../output/table.ts'
import { unitText } from '../output/values.ts'
import { withProject } from '../project.ts'
import { rowsOf } from '../result-rows.ts'
import { servedAlready } from '../served-already.ts'
import type { Session } from '../session.ts'
import { time, whole } from '../words.ts'
import { reportBuild } from './build/report.ts'
import { runDemo } from './demo/run.ts'
import { reportLoad } from './load/report.ts'
import { load } from './load.ts'

interface DemoOptions {
  readonly rows: number
  readonly seed: number
  readonly end?: number
  readonly serve?: boolean
  readonly port: number
  readonly rate?: number
  readonly open: boolean
}

export const command: CommandFile = {
  examples: [
    'millrace demo',
    'millrace demo big-shop --rows 10000000',
    'millrace demo --no-serve --seed 7 --end 2026-11-20',
  ],
  define(command, run) {
    command
      .argument('[dir]', 'the shop’s folder, made when it is missing', 'shop')
      .option('--rows <n>', 'how many events are made where there are none', whole, 500_000)
      .option('--seed <n>', 'what they are made from: equal seeds and ends give equal bytes', whole, 1)
      .option('--end <time>', 'when they end (default: now)', time)
      .option('--serve', 'open the shop: a server, and visitors (default: on a terminal)')
      .option('--no-serve', 'answer its questions here, and end')
      .option('--port <port>', 'the port to listen on', whole, 4300)
      .option('--rate <n>', 'what visitors do, a second (default: as much as before, hour by hour)', whole)
      .option('--no-open', 'open no browser')
      .action((dir: string, options: DemoOptions) =>
        run(command, (session) => demo(session, resolve(dir), options), 'people'),
      )
  },
}

/** Makes the shop's data where there is none, loads it, builds its models; then opens the shop, or answers its questions. */
async function demo(session: Session, dir: string, words: DemoOptions): Promise<void> {
  const { rows, seed, end, port, serve = session.output.stdout.isTTY === true } = words
  const { output, context, progress, options } = session
  const refuse = async (error: unknown): Promise<never> => {
    throw await servedAlready(error, stateFolderOf(dir, profileOf(options.profile)))
  }
  // before a shop is made that could not be opened
  if (serve && port !== 0) await assertFree('127.0.0.1', port).catch(refuse)
  const prepared = await prepareDemo(dir, { rows, seed, endMs: end ?? context.now() }, context)
  progress.clear()
  const shown = relative(process.cwd(), dir) || '.'
  if (prepared.created) await output.say(`A new shop in ${shown}.`)
  if (prepared.files.length > 0)
    await output.say(`Made ${unitText(rows, 'count')} events of a shop, a file a day, in ${shown}/data.`)
  const own = { ...session, options: { ...options, project: dir } }
  await withProject(own, 'write', 'demo', async (project) => {
    await reportLoad(session, await load(session, project, {}))
    const outcomes = await buildModels(await planModels(project, {}, context), context)
    progress.clear()
    await output.say()
    await reportBuild(session, outcomes)
    if (serve) return
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
  }).catch(refuse)
  const open = words.open && session.output.stdout.isTTY === true && process.env['CI'] === undefined
  const rate = words.rate ?? demoPace({ rows, endMs: context.now() })
  if (serve) await runDemo(session, { dir, shown, port, rate, open })
}

/** Numbers as people read them. */
function readable(columns: readonly TableColumn[]): readonly TableColumn[] {
  return columns.map((column) =>
    /^(bigint|decimal.*)$/i.test(column.type ?? '') ? { ...column, unit: 'count' } : column,
  )
}
