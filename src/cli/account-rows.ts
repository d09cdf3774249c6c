import type { Value } from '../core/values.ts'
import type { Query } from '../engines/engine.ts'
import { collect } from '../engines/rows.ts'
import { type Account, type AccountPart, accountOf } from '../project/accounts.ts'
import type { OpenProject } from '../project/open.ts'
import type { TableColumn } from './output/table.ts'
import type { Session } from './session.ts'

/** A question about an account, `account` in its text, and how its columns look to people. */
export interface AccountQuestion extends AccountPart {
  readonly account: Account
  readonly sql: string
  readonly parameters?: Query['parameters']
  readonly columns: readonly TableColumn[]
}

/** Answers a question about an account of the project. */
export async function accountRows(
  { context, progress }: Session,
  project: OpenProject,
  { account, sql, parameters, ...part }: AccountQuestion,
): Promise<readonly (readonly Value[])[]> {
  const from = { account: await accountOf(project, account, part, context) }
  const rows = await collect(await project.lake.engine.run({ sql, from, ...(parameters && { parameters }) }, context))
  progress.clear()
  return rows
}
