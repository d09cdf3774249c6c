import { join, name, sql } from '../../sql/text.ts'
import { accountRows } from '../account-rows.ts'
import type { CommandFile } from '../command.ts'
import type { TableColumn } from '../output/table.ts'
import { filesText, unitText } from '../output/values.ts'
import type { Output } from '../output.ts'
import { withProject } from '../project.ts'
import type { Session } from '../session.ts'

const fileColumns: readonly TableColumn[] = [
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

const fileSql = `SELECT "table", file, lines, records, stored, rejected, duplicate, removed, restored, rows_in_table,
  rejects_kept, changed_by, closes, open
FROM account WHERE kind = 'file' AND ("current" OR rows_in_table > 0 OR NOT closes) ORDER BY "table", source, batch, file`

const streamColumns: readonly TableColumn[] = [
  { name: 'table', title: 'stream' },
  { name: 'received', unit: 'count' },
  { name: 'accepted', unit: 'count' },
  { name: 'duplicate', unit: 'count' },
  { name: 'rejected', unit: 'count' },
  { name: 'conflicts', unit: 'count' },
  { name: 'mended', unit: 'count' },
  { name: 'stored', unit: 'count' },
  { name: 'rejected_by_rule', title: 'by rule', unit: 'count' },
  { name: 'late_duplicate', title: 'late', unit: 'count' },
  { name: 'pending', unit: 'count' },
  { name: 'rejects_open', title: 'rejects open', unit: 'count' },
  { name: 'rejects_mended', title: 'mended', unit: 'count' },
  { name: 'rejects_superseded', title: 'superseded', unit: 'count' },
  { name: 'rejects_discarded', title: 'discarded', unit: 'count' },
  { name: 'rows_stored', title: 'rows stored', unit: 'count' },
  { name: 'removed', unit: 'count' },
  { name: 'restored', unit: 'count' },
  { name: 'rows_foreign', title: 'foreign', unit: 'count' },
  { name: 'rows_in_table', title: 'in table', unit: 'count' },
  { name: 'closes' },
  { name: 'open', absent: '' },
]

/** What people see of a stream only where one is not nought. */
const rare = ['conflicts', 'mended', 'late_duplicate', 'rejects_mended', 'rejects_superseded', 'rejects_discarded']
const rareRows = ['rows_stored', 'removed', 'restored', 'rows_foreign']

const streamSql = sql`SELECT ${join(streamColumns.map((column) => name(column.name)))}
FROM account WHERE kind = 'log' ORDER BY "table"`.text

type Rows = Awaited<ReturnType<typeof accountRows>>

export const command: CommandFile = {
  examples: ['millrace ledger', 'millrace ledger events --json'],
  define(command, run) {
    command.argument('[table]', 'one stream or table; all without it').action((table: string | undefined) =>
      run(command, (session) =>
        withProject(session, 'read', 'ledger', async (project) => {
          const account = 'millrace.ledger'
          const files = await accountRows(session, project, { account, table, sql: fileSql, columns: fileColumns })
          const streams = await accountRows(session, project, {
            account,
            table,
            sql: streamSql,
            columns: streamColumns,
          })
          if (files.length > 0 || streams.length === 0) await showFiles(session, files)
          if (streams.length > 0) await showStreams(session, streams)
        }),
      ),
    )
  },
}

async function showFiles({ output, failed }: Session, rows: Rows): Promise<void> {
  const open = openOf(fileColumns, rows)
  if (open > 0) failed()
  // people need the details only where something is open, and removals where there were any
  const changed = rows.some((row) => fileColumns.some(({ name }, at) => name === 'changed_by' && row[at] !== null))
  const left = [...(open === 0 ? details : []), ...(changed ? [] : changes)]
  await showRows(output, fileColumns, rows, left)
  const files = filesText(rows.length)
  if (open > 0) await output.say(`The ledger does not close: ${unitText(open, 'count')} of ${files} are open.`)
  else await output.say(`The ledger closes: every line of ${files} is accounted for.`)
}

async function showStreams({ output, failed }: Session, rows: Rows): Promise<void> {
  const open = openOf(streamColumns, rows)
  if (open > 0) failed()
  const isNought = (names: readonly string[]) =>
    streamColumns.every(({ name }, at) => !names.includes(name) || rows.every((row) => Number(row[at]) === 0))
  const noughts = rare.filter((name) => isNought([name]))
  const quiet = isNought(rareRows.filter((name) => name !== 'rows_stored')) ? rareRows : []
  await showRows(output, streamColumns, rows, [...noughts, ...quiet, ...(open === 0 ? ['open'] : [])])
  const streams = `${unitText(rows.length, 'count')} ${rows.length === 1 ? 'stream' : 'streams'}`
  if (open > 0) await output.say(`The ledger does not close: ${unitText(open, 'count')} of ${streams} are open.`)
  else await output.say(`The ledger closes: every event of ${streams} is accounted for.`)
}

function openOf(columns: readonly TableColumn[], rows: Rows): number {
  const closesAt = columns.findIndex(({ name }) => name === 'closes')
  return rows.filter((row) => row[closesAt] !== true).length
}

/** A table, without the columns that people need not see. */
async function showRows(output: Output, columns: readonly TableColumn[], rows: Rows, left: readonly string[]) {
  const shown = columns.flatMap((column, at) =>
    output.style === 'people' && left.includes(column.name) ? [] : [{ column, at }],
  )
  await output.table(
    shown.map(({ column }) => column),
    rows.map((row) => shown.map(({ at }) => row[at] ?? null)),
  )
}
