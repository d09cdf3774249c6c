import { MillraceError } from '../core/errors.ts'
import { tablesOf } from '../sql/names.ts'
import { parseSql } from '../sql/parse.ts'
import { assertSafe } from '../sql/safety.ts'
import type { Query } from './engine.ts'

/** Lets typed text through that reads the tables it is given and nothing else. SQL_INVALID, SQL_NOT_ALLOWED. */
export async function assertTyped({ sql, from }: Query): Promise<void> {
  const parsed = await parseSql(sql)
  assertSafe(parsed)
  const given = new Set(Object.keys(from).map((name) => name.toLowerCase()))
  for (const { parts, place } of tablesOf(parsed))
    if (parts.length > 1 || !given.has((parts[0] as string).toLowerCase()))
      throw new MillraceError('SQL_NOT_ALLOWED', {
        ...place,
        reason: `${parts.join('.')} is not a table of this query`,
      })
}
