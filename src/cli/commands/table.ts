import { InvalidArgumentError } from 'commander'
import type { SnapshotAt } from '../../lake/snapshot.ts'
import type { CommandFile } from '../command.ts'
import { withProject } from '../project.ts'
import { listTables, showDifference, showHistory, showTable } from './table/look.ts'

export const command: CommandFile = {
  examples: [
    'millrace table ls',
    'millrace table show events --at 2026-11-20T12:00:00Z',
    'millrace table history events --limit 5',
    'millrace table diff events 3 5',
  ],
  define(command, run) {
    const ls = command.command('ls').description('every table: its version, rows, files and size')
    ls.action(() => run(ls, (session) => withProject(session, 'read', 'table ls', (open) => listTables(session, open))))

    const show = command
      .command('show <table>')
      .description('one table: columns, partitions, version')
      .option('--at <version or time>', 'as it was then', versionOrTime)
    show.action((name: string, { at = {} }: { at?: SnapshotAt }) =>
      run(show, (session) => withProject(session, 'read', 'table show', (open) => showTable(session, open, name, at))),
    )

    const history = command
      .command('history <table>')
      .description('its commits, newest first')
      .option('--limit <n>', 'how many', whole, 20)
    history.action((name: string, { limit }: { limit: number }) =>
      run(history, (session) =>
        withProject(session, 'read', 'table history', (open) => showHistory(session, open, name, limit)),
      ),
    )

    const diff = command
      .command('diff <table> <from> [to]')
      .description('what changed from one version to another, the newest without TO')
      .option('--rows', 'the rows themselves, added and removed')
    diff.action((name: string, from: string, to: string | undefined, { rows = false }: { rows?: boolean }) =>
      run(diff, (session) =>
        withProject(session, 'read', 'table diff', (open) =>
          showDifference(session, open, name, [whole(from), to === undefined ? undefined : whole(to)], rows),
        ),
      ),
    )
  },
}

/** `12`, or a time. */
function versionOrTime(text: string): SnapshotAt {
  if (/^\d+$/.test(text)) return { version: Number(text) }
  const timestampMs = Date.parse(text)
  if (Number.isNaN(timestampMs))
    throw new InvalidArgumentError('write a version or a time such as 2026-11-20T12:00:00Z.')
  return { timestampMs }
}

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('write a whole number.')
  return Number(text)
}
