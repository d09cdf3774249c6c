import { accountRows } from '../account-rows.ts'
import type { CommandFile } from '../command.ts'
import type { TableColumn } from '../output/table.ts'
import { filesText, unitText } from '../output/values.ts'
import { withProject } from '../project.ts'

const columns: readonly TableColumn[] = [
  { name: 'table' },
  { name: 'file' },
  { name: 'lines', unit: 'count' },
  { name: 'records', unit: 'count' },
  { name: 'stored', unit: 'count' },
  { name: 'rejected', unit: 'count' },
  { name: 'duplicate', unit: 'count' },
  { name: 'removed', unit: 'count', absent: '' },
  { name: 'restored', unit: 'count', absent: '' },
  { name: 'rows_in_table', title: 'in table', unit: 'count', absent: '' },
  { name: 'rejects_kept', title: 'rejects kept', unit: 'count' },
  { name: 'changed_by', title: 'changed by', absent: '' },
  { name: 'closes' },
  { name: 'open', absent: '' },
]

const details = ['records', 'rejects_kept', 'open']
/** What nothing but removals on purpose fills. */
const changes = ['removed', 'restored', 'changed_by']
const closesAt = columns.findIndex(({ name }) => name === 'closes')

const sql = `SELECT "table", file, lines, records, stored, rejected, duplicate, removed, restored, rows_in_table,
  rejects_kept, changed_by, closes, open
FROM account WHERE "current" OR rows_in_table > 0 OR NOT closes ORDER BY "table", source, batch, file`

export const command: CommandFile = {
  examples: ['millrace ledger', 'millrace ledger events --json'],
  define(command, run) {
    command.argument('[table]', 'one stream or table; all without it').action((table: string | undefined) =>
      run(command, (session) =>
        withProject(session, 'read', 'ledger', async (project) => {
          const { output, failed } = session
          const rows = await accountRows(session, project, { account: 'millrace.ledger', table, sql, columns })
          const open = rows.filter((row) => row[closesAt] !== true).length
          if (open > 0) failed()
          // people need the details only where something is open, and removals where there were any
          const changed = rows.some((row) => columns.some(({ name }, at) => name === 'changed_by' && row[at] !== null))
          const left = [...(open === 0 ? details : []), ...(changed ? [] : changes)]
          const shown = columns.flatMap((column, at) =>
            output.style === 'people' && left.includes(column.name) ? [] : [{ column, at }],
          )
          await output.table(
            shown.map(({ column }) => column),
            rows.map((row) => shown.map(({ at }) => row[at] ?? null)),
          )
          const files = filesText(rows.length)
          if (open > 0) await output.say(`The ledger does not close: ${unitText(open, 'count')} of ${files} are open.`)
          else await output.say(`The ledger closes: every line of ${files} is accounted for.`)
        }),
      ),
    )
  },
}
