import type { RejectGroup } from '../../api/uploads.ts'
import type { Context } from '../../core/context.ts'
import { collect } from '../../engines/rows.ts'
import { accountOf } from '../../project/accounts.ts'
import type { OpenProject } from '../../project/open.ts'
import { sql, value } from '../../sql/text.ts'

const most = 20

/** What a table has refused, by reason and column, with the first line of each. */
export async function rejectGroups(project: OpenProject, table: string, context: Context): Promise<RejectGroup[]> {
  const account = await accountOf(project, 'millrace.rejects', { table }, context)
  const { text } = sql`SELECT code, "column", count(*), min(line), arg_min(message, line)
    FROM account GROUP BY code, "column" ORDER BY count(*) DESC, code, "column" LIMIT ${value(most)}`
  const rows = await collect(await project.lake.engine.run({ sql: text, from: { account } }, context))
  return rows.map(([code, column, rejects, line, example]) => ({
    code: String(code),
    column: column === null ? null : String(column),
    rejects: Number(rejects),
    first_line: line === null ? null : Number(line),
    example: example === null ? null : String(example),
  }))
}
