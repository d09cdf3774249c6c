import { readSnapshot, tableExists } from '../../lake/snapshot.ts'
import type { OpenProject } from '../../project/open.ts'
import { tailEvents, withoutPersonal } from '../../project/stream-tail.ts'
import { streamOf, streamsOf } from '../../project/streams.ts'
import { readOf } from '../../streams/read-logs.ts'
import type { CommandFile } from '../command.ts'
import type { TableColumn } from '../output/table.ts'
import { withProject } from '../project.ts'
import type { Session } from '../session.ts'
import { whole } from '../words.ts'

const columns: readonly TableColumn[] = [
  { name: 'stream' },
  { name: 'received', unit: 'count' },
  { name: 'accepted', unit: 'count' },
  { name: 'duplicates', unit: 'count' },
  { name: 'rejected', unit: 'count' },
  // records of its log that are not in the table yet
  { name: 'pending', unit: 'count' },
]

interface TailWords {
  readonly last: number
  readonly follow?: boolean
  readonly pii?: boolean
}

export const command: CommandFile = {
  examples: ['millrace stream ls', 'millrace stream tail events', 'millrace stream tail events --last 100 --follow'],
  define(command, run) {
    const ls = command.command('ls').description('What was sent to each, and what waits for its table.')
    ls.action(() =>
      run(ls, (session) => withProject(session, 'read', 'stream ls', (project) => list(session, project))),
    )
    const tail = command
      .command('tail')
      .description('The events that came last, as the log holds them: JSON, one a line.')
      .argument('<stream>')
      .option('-n, --last <n>', 'how many, as far as the log still has them', whole, 10)
      .option('-f, --follow', 'and those that come, until Ctrl-C')
      .option('--pii', 'values of personal columns too')
    tail.action((name: string, words: TailWords) =>
      run(tail, (session) =>
        withProject(session, 'read', 'stream tail', (project) => show(session, project, name, words)),
      ),
    )
  },
}

async function list({ output, context }: Session, project: OpenProject): Promise<void> {
  const { lake } = project
  const rows = []
  for (const { name } of streamsOf(project.settings)) {
    const log = await project.log(name)
    if (!log) {
      rows.push([name, 0, 0, 0, 0, 0])
      continue
    }
    const { received, accepted, duplicates, rejected } = log.counters
    const isThere = await tableExists(lake, name, context)
    const read = isThere ? readOf(await readSnapshot(lake, name, {}, context), log.id) : -1n
    rows.push([name, received, accepted, duplicates, rejected, log.next - 1n - read])
  }
  if (rows.length === 0) await output.say('The project declares no streams.')
  else await output.table(columns, rows)
}

async function show(
  { output, context }: Session,
  project: OpenProject,
  name: string,
  { last, follow = false, pii = false }: TailWords,
): Promise<void> {
  const stream = streamOf(project.settings, name)
  for await (const event of tailEvents(() => project.log(name), { last, follow }, context)) {
    await output.bytes(`${(pii ? event : withoutPersonal(event, stream.contract)).toString()}\n`)
    if (output.closed) return
  }
}
