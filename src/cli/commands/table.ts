import type { Command } from 'commander'
import { MillraceError } from '../../core/errors.ts'
import type { SnapshotAt } from '../../lake/snapshot.ts'
import type { OpenProject } from '../../project/open.ts'
import { parseReadPoint } from '../../query/read-point.ts'
import type { CommandFile, Run } from '../command.ts'
import { withProject } from '../project.ts'
import type { Session } from '../session.ts'
import { duration, whole } from '../words.ts'
import { listTables, showDifference, showHistory, showTable } from './table/look.ts'
import type { TendOptions } from './table/tend.ts'

export const command: CommandFile = {
  examples: [
    'millrace table ls',
    'millrace table show events --at 2026-11-20T12:00:00Z',
    'millrace table history events --limit 5',
    'millrace table diff events 3 5',
    'millrace table optimize events',
    'millrace table vacuum events --retention "7 days"',
    'millrace table restore events 3',
    'millrace table drop events --dry-run',
  ],
  define(command, run) {
    defineLooking(command, run)
    defineTending(command, run)
  },
}

function defineLooking(command: Command, run: Run): void {
  const reading = (own: Command, body: (session: Session, project: OpenProject) => Promise<void>) =>
    run(own, (session) => withProject(session, 'read', `table ${own.name()}`, (project) => body(session, project)))

  const ls = command.command('ls').description('Every table: its version, rows, files and size.')
  ls.action(() => reading(ls, listTables))

  const show = command
    .command('show <table>')
    .description('One table: columns, partitions, version.')
    .option('--at <version or time>', 'as it was then')
  show.action((name: string, { at }: { at?: string }) =>
    reading(show, (session, project) =>
      showTable(session, project, name, at === undefined ? {} : pointOf(at, project)),
    ),
  )

  const history = command
    .command('history <table>')
    .description('Its commits, newest first.')
    .option('--limit <n>', 'how many', whole, 20)
  history.action((name: string, { limit }: { limit: number }) =>
    reading(history, (session, project) => showHistory(session, project, name, limit)),
  )

  const diff = command
    .command('diff')
    .description('What changed from one version to another, or to the newest.')
    .argument('<table>')
    .argument('<from>', 'a version', whole)
    .argument('[to]', 'a version', whole)
    .option('--rows', 'the rows themselves, added and removed')
  diff.action((name: string, from: number, to: number | undefined, { rows = false }: { rows?: boolean }) =>
    reading(diff, (session, project) => showDifference(session, project, name, [from, to], rows)),
  )
}

function defineTending(command: Command, run: Run): void {
  type Tend = typeof import('./table/tend.ts')
  const writing = (own: Command, body: (tend: Tend, session: Session, project: OpenProject) => Promise<void>) =>
    run(own, async (session) => {
      const tend = await import('./table/tend.ts')
      await withProject(session, 'write', `table ${own.name()}`, (project) => body(tend, session, project))
    })
  const tending = (words: string, description: string) =>
    command.command(words).description(description).option('--dry-run', 'show what would be done, and do nothing')

  const optimize = tending('optimize <table>', 'Puts small files together; rows and versions stay.')
  optimize.action((name: string, options: TendOptions) =>
    writing(optimize, (tend, session, project) => tend.optimizeTable(session, project, name, options)),
  )

  const vacuum = tending('vacuum <table>', 'Deletes files that only old versions need, and leftovers; asks first.')
    .option('--retention <time>', 'keep what was needed since; never less than an hour (default: 7 days)', duration)
    .option('-y, --yes', 'do not ask')
  vacuum.action((name: string, { retention, ...options }: TendOptions & { retention?: number }) =>
    writing(vacuum, (tend, session, project) =>
      tend.vacuumTable(session, project, name, {
        ...options,
        ...(retention !== undefined && { retentionMs: retention }),
      }),
    ),
  )

  const restore = tending('restore', 'Brings an old version’s rows back as a new version; asks first.')
    .argument('<table>')
    .argument('<version or time>')
    .option('-y, --yes', 'do not ask')
  restore.action((name: string, to: string, options: TendOptions) =>
    writing(restore, (tend, session, project) =>
      tend.restoreTable(session, project, name, pointOf(to, project), options),
    ),
  )

  const drop = tending('drop <table>', 'Deletes a table with all its versions; asks first.').option(
    '-y, --yes',
    'do not ask',
  )
  drop.action((name: string, options: TendOptions) =>
    writing(drop, (tend, session, project) => tend.dropTable(session, project, name, options)),
  )
}

/** `12` is a version; a time without a zone is one of the project's. */
function pointOf(text: string, { settings }: OpenProject): SnapshotAt {
  if (/^\d+$/.test(text)) return { version: Number(text) }
  const { timestampMs } = parseReadPoint([text], settings.timezone)
  if (timestampMs !== undefined) return { timestampMs }
  throw new MillraceError('READ_POINT_INVALID', { text, reason: 'the table is named already: a version is a number' })
}
