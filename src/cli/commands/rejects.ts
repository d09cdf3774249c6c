import { type Command, Option } from 'commander'
import type { RejectChoice } from '../../streams/mend.ts'
import { accountRows } from '../account-rows.ts'
import type { CommandFile } from '../command.ts'
import type { TableColumn } from '../output/table.ts'
import { unitText } from '../output/values.ts'
import { withSettled } from '../project.ts'
import { collect, time, whole } from '../words.ts'
import { groupSql, groups } from './rejects/groups.ts'
import { mend } from './rejects/mend.ts'
import type { TendOptions } from './table/tend.ts'

interface Filters {
  readonly code?: string
  readonly column?: string
  readonly since?: number
}

interface ShowWords extends Filters {
  readonly file?: string
  readonly limit: number
  readonly pii?: boolean
  readonly state?: string
}

interface MendWords extends Filters, TendOptions {
  readonly id?: readonly string[]
}

const states = ['open', 'mended', 'superseded', 'discarded'] as const

const rejects: readonly TableColumn[] = [
  { name: 'table' },
  { name: 'id' },
  { name: 'file' },
  { name: 'line', unit: 'count', absent: '' },
  { name: 'column', absent: '' },
  { name: 'code' },
  { name: 'state' },
  { name: 'message' },
  { name: 'raw', title: 'whole line', absent: '(hidden: personal data; --pii shows it)' },
]

const rejectSql = `SELECT "table", id, file, line, "column", code, state, message, raw FROM account
WHERE ($1 IS NULL OR code = $1) AND ($2 IS NULL OR "column" = $2) AND epoch_ms(rejected_at) >= $3
  AND ($4 IS NULL OR file = $4) AND ($5 IS NULL OR state = $5)
ORDER BY "table", file, line LIMIT $6`

export const command: CommandFile = {
  examples: [
    'millrace rejects ls',
    'millrace rejects show events --code type --limit 5',
    'millrace rejects show --file data/events.csv --json',
    "millrace rejects fix events --code type --set 'price = replace(price, ',', '.')'",
    'millrace rejects replay events --since 2026-11-20',
    "millrace rejects discard events --code bad_json --reason 'a probe'",
  ],
  define(command, run) {
    const ls = command.command('ls').description('How many, by file, code, column and state.').argument('[table]')
    filters(ls).action((table: string | undefined, words: Filters) =>
      run(ls, (session) =>
        withSettled(session, 'rejects ls', async (project) => {
          const parameters = filtersOf(words)
          const question = { account: 'millrace.rejects', table, sql: groupSql, parameters, columns: groups } as const
          const rows = await accountRows(session, project, question)
          if (rows.length === 0) await session.output.say('No rejects.')
          if (rows.length > 0 || session.output.style === 'data') await session.output.table(groups, rows)
        }),
      ),
    )

    const show = command
      .command('show')
      .description('The rejects themselves: file, line, reason, the whole line.')
      .argument('[table]')
      .option('--file <path>', 'those of one file, as `rejects ls` names it')
      .addOption(new Option('--state <state>', 'those of which this has become').choices(states))
      .option('--limit <n>', 'how many', whole, 20)
      .option('--pii', 'whole lines also of tables with personal columns')
    filters(show).action((table: string | undefined, { file, state, limit, pii, ...words }: ShowWords) =>
      run(show, (session) =>
        withSettled(session, 'rejects show', async (project) => {
          const parameters = [...filtersOf(words), file ?? null, state ?? null, limit + 1]
          const question = {
            account: 'millrace.rejects',
            table,
            pii,
            sql: rejectSql,
            parameters,
            columns: rejects,
          } as const
          const rows = await accountRows(session, project, question)
          if (rows.length === 0)
            await session.output.say((file ?? state ?? words.code) ? 'No such rejects.' : 'No rejects.')
          if (rows.length > 0 || session.output.style === 'data')
            await session.output.table(rejects, rows.slice(0, limit))
          if (rows.length > limit)
            session.output.warn(`only the first ${unitText(limit, 'count')} are shown; --limit gives more`)
        }),
      ),
    )

    const fix = command
      .command('fix')
      .description('Change fields of rejected events, and send them again.')
      .argument('<stream>')
      .requiredOption(
        '--set <column=sql>',
        'a field, and SQL over the fields of the event, as text; several times',
        collect,
      )
    mending(fix).action((stream: string, { set, ...words }: MendWords & { readonly set: readonly string[] }) =>
      run(fix, (session) => mend(session, { ...chosenOf(words), stream, how: { kind: 'fix', set } }, words)),
    )

    const replay = command
      .command('replay')
      .description('Judge rejected events again: after the contract or a rule has changed.')
      .argument('<stream>')
    mending(replay).action((stream: string, words: MendWords) =>
      run(replay, (session) => mend(session, { ...chosenOf(words), stream, how: { kind: 'replay' } }, words)),
    )

    const discard = command
      .command('discard')
      .description('Give rejected events up; they are kept, with the reason.')
      .argument('<stream>')
      .requiredOption('--reason <text>', 'why')
    mending(discard).action((stream: string, { reason, ...words }: MendWords & { readonly reason: string }) =>
      run(discard, (session) => mend(session, { ...chosenOf(words), stream, how: { kind: 'discard', reason } }, words)),
    )
  },
}

function filters(command: Command): Command {
  return command
    .option('--code <code>', 'those of one code')
    .option('--column <column>', 'those of one column')
    .option('--since <time>', 'those of that time and later', time)
}

function mending(command: Command): Command {
  return filters(command)
    .option('--id <id>', 'one reject, as `rejects show` names it; several times', collect)
    .option('--dry-run', 'show what would be done')
    .option('-y, --yes', 'do it without a question')
}

function filtersOf({ code, column, since }: Filters): readonly [string | null, string | null, number] {
  return [code ?? null, column ?? null, since ?? 0]
}

function chosenOf({ id, code, column, since }: MendWords): RejectChoice {
  return {
    ...(id && { ids: id }),
    ...(code !== undefined && { code }),
    ...(column !== undefined && { column }),
    ...(since !== undefined && { sinceMs: since }),
  }
}
