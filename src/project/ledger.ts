import { type Ledger, ledger } from '../api/ledger.ts'
import type { Context } from '../core/context.ts'
import { collectObjects } from '../engines/rows.ts'
import { accountOf } from './accounts.ts'
import type { OpenProject } from './open.ts'

/** The ledger of a project at this moment: of all its files and streams. */
export async function ledgerOf(project: OpenProject, context: Context): Promise<Ledger> {
  const account = await accountOf(project, 'millrace.ledger', {}, context)
  const query = { sql: 'SELECT * FROM account ORDER BY "table", source, batch, file', from: { account } }
  const rows = await collectObjects(await project.lake.engine.run(query, context))
  // counts of a table's rows are exact as numbers
  const plain = rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]),
    ),
  )
  const of = (kind: string) => plain.filter((row) => row['kind'] === kind)
  return ledger.parse({ closes: rows.every((row) => row['closes']), files: of('file'), streams: of('log') })
}
