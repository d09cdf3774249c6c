import type { Contract } from '../../contract/contract.ts'
import { join, name, type SqlText, sql, value } from '../../sql/text.ts'

/** A row as text by which it is known again; without its id, which rows of files may have been given later. */
export function rowJson({ columns, id }: Contract): SqlText {
  const members = columns
    .filter((column) => column.name !== id)
    .map((column) => sql`${value(column.name)}: ${name(column.name)}`)
  return sql`to_json({${join(members)}})::VARCHAR`
}
