import type { z } from 'zod'
import type { RejectsAnswer, RejectView, rejectsParameters } from '../../api/rejects.ts'
import type { Context } from '../../core/context.ts'
import { MillraceError } from '../../core/errors.ts'
import { collect } from '../../engines/rows.ts'
import { accountOf } from '../../project/accounts.ts'
import type { LiveProject } from '../../project/live.ts'
import type { OpenProject } from '../../project/open.ts'
import { join, type SqlText, sql, value } from '../../sql/text.ts'
import { type HeldRejects, holdRejects } from '../../streams/held-rejects.ts'
import { type Allowed, isAllowed } from './tables.ts'

export type RejectsAsked = z.infer<typeof rejectsParameters>

/** A page of what was refused, the newest first. NAME_UNKNOWN, also for a table that may not be read. */
export async function rejectsView(
  project: OpenProject,
  live: LiveProject,
  { table, code, file, state, limit, after, pii }: RejectsAsked,
  allowed: Allowed,
  context: Context,
): Promise<RejectsAnswer> {
  if (table !== undefined && !isAllowed(allowed, table))
    throw new MillraceError('NAME_UNKNOWN', { what: 'table', name: table, suggestion: '' })
  using leases = new DisposableStack()
  const held = new Map<string, HeldRejects>()
  for (const [name, stream] of live.streams)
    if (isAllowed(allowed, name) && (table === undefined || table === name))
      held.set(name, leases.use(await holdRejects(stream, context)))
  const part = { ...(table !== undefined && { table }), pii: pii === 'true', held }
  const account = await accountOf(project, 'millrace.rejects', part, context)
  const chosen: readonly SqlText[] = [
    sql`true`,
    ...(allowed === 'all' ? [] : [sql`"table" IN (${join(['', ...allowed].map(value))})`]),
    ...(code === undefined ? [] : [sql`code = ${value(code)}`]),
    ...(file === undefined ? [] : [sql`file = ${value(file)}`]),
    ...(state === undefined ? [] : [sql`state = ${value(state)}`]),
  ]
  const rowsOf = async (query: SqlText) =>
    collect(await project.lake.engine.run({ sql: query.text, from: { account } }, context))
  const query = sql`SELECT epoch_us(rejected_at)::VARCHAR, id, "table", source, file, line::VARCHAR, "column", code, message, raw, encoding, state, reason
    FROM account WHERE ${join([...chosen, ...(after === undefined ? [] : [isAfter(after)])], ' AND ')} ORDER BY rejected_at DESC, "table", id LIMIT ${value(limit + 1)}`
  const rows = await rowsOf(query)
  const [[count] = []] = await rowsOf(sql`SELECT count(*) FROM account WHERE ${join(chosen, ' AND ')}`)
  const page = rows.slice(0, limit).map(viewOf)
  const last = rows[limit - 1]
  const next = rows.length > limit && last ? cursorOf(String(last[0]), String(last[2]), String(last[1])) : null
  return { rejects: page, count: Number(count), next }
}

function viewOf([
  atUs,
  id,
  table,
  source,
  file,
  line,
  column,
  code,
  message,
  raw,
  encoding,
  state,
  reason,
]: readonly unknown[]) {
  const text = (given: unknown) => (given === null || given === undefined ? null : String(given))
  const view: RejectView = {
    id: String(id),
    table: String(table),
    source: String(source),
    file: String(file),
    line: line === null ? null : Number(line),
    column: text(column),
    code: String(code),
    message: String(message),
    raw: text(raw),
    encoding: encoding as RejectView['encoding'],
    state: state as RejectView['state'],
    reason: text(reason),
    rejected_at: new Date(Number(BigInt(String(atUs)) / 1000n)).toISOString(),
  }
  return view
}

/** Where a page ends: the microsecond, the table and the id of its last reject. */
function cursorOf(atUs: string, table: string, id: string): string {
  return Buffer.from(`${atUs} ${table} ${id}`).toString('base64url')
}

function isAfter(cursor: string): SqlText {
  const text = Buffer.from(cursor, 'base64url').toString('utf8')
  const [, atUs = '', table = '', id = ''] = /^(-?\d{1,18}) ([\w.]{1,200}) (.{1,200})$/s.exec(text) ?? []
  if (atUs === '') throw new MillraceError('REQUEST_INVALID', { reason: 'parameter after: it is no `next` of a page' })
  const at = sql`epoch_us(rejected_at)`
  const us = sql`${value(atUs)}::BIGINT`
  const name = value(table)
  return sql`(${at} < ${us} OR (${at} = ${us} AND ("table" > ${name} OR ("table" = ${name} AND id > ${value(id)}))))`
}
