import { accountRows } from '../account-rows.ts'
import type { CommandFile } from '../command.ts'
import type { TableColumn } from '../output/table.ts'
import { unitText } from '../output/values.ts'
import { withProject } from '../project.ts'
import { whole } from '../words.ts'

interface ShowWords {
  readonly file?: string
  readonly code?: string
  readonly limit: number
  readonly pii?: boolean
}

const groups: readonly TableColumn[] = [
  { name: 'table' },
  { name: 'file' },
  { name: 'code' },
  { name: 'column', absent: '' },
  { name: 'rejects', unit: 'count' },
  { name: 'first_line', title: 'first line', unit: 'count', absent: '' },
  { name: 'example' },
]

const groupSql = `SELECT "table", file, code, "column", count(*) AS rejects, min(line) AS first_line, arg_min(message, line)
FROM account GROUP BY "table", file, code, "column" ORDER BY rejects DESC, "table", file, code, "column"`

const rejects: readonly TableColumn[] = [
  { name: 'table' },
  { name: 'file' },
  { name: 'line', unit: 'count', absent: '' },
  { name: 'column', absent: '' },
  { name: 'code' },
  { name: 'message' },
  { name: 'raw', title: 'whole line', absent: '(hidden: personal data; --pii shows it)' },
]

const rejectSql = `SELECT "table", file, line, "column", code, message, raw FROM account
WHERE ($1 IS NULL OR file = $1) AND ($2 IS NULL OR code = $2) ORDER BY "table", file, line LIMIT $3`

export const command: CommandFile = {
  examples: [
    'millrace rejects ls',
    'millrace rejects show events --code type --limit 5',
    'millrace rejects show --file data/events.csv --json',
  ],
  define(command, run) {
    const ls = command.command('ls').description('How many, by file, code and column.').argument('[table]')
    ls.action((table: string | undefined) =>
      run(ls, (session) =>
        withProject(session, 'read', 'rejects ls', async (project) => {
          const question = { account: 'millrace.rejects', table, sql: groupSql, columns: groups } as const
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
      .option('--code <code>', 'those of one code')
      .option('--limit <n>', 'how many', whole, 20)
      .option('--pii', 'whole lines also of tables with personal columns')
    show.action((table: string | undefined, { file, code, limit, pii }: ShowWords) =>
      run(show, (session) =>
        withProject(session, 'read', 'rejects show', async (project) => {
          const parameters = [file ?? null, code ?? null, limit + 1]
          const question = {
            account: 'millrace.rejects',
            table,
            pii,
            sql: rejectSql,
            parameters,
            columns: rejects,
          } as const
          const rows = await accountRows(session, project, question)
          if (rows.length === 0) await session.output.say((file ?? code) ? 'No such rejects.' : 'No rejects.')
          if (rows.length > 0 || session.output.style === 'data')
            await session.output.table(rejects, rows.slice(0, limit))
          if (rows.length > limit)
            session.output.warn(`only the first ${unitText(limit, 'count')} are shown; --limit gives more`)
        }),
      ),
    )
  },
}
