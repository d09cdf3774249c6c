import type { TableColumn } from '../../output/table.ts'

/** How many rejects of a kind, and an example. */
export const groups: readonly TableColumn[] = [
  { name: 'table' },
  { name: 'file' },
  { name: 'code' },
  { name: 'column', absent: '' },
  { name: 'state' },
  { name: 'rejects', unit: 'count' },
  { name: 'first_line', title: 'first line', unit: 'count', absent: '' },
  { name: 'example' },
]

/** $1 code, $2 column, $3 milliseconds since which. */
export const groupSql = `SELECT "table", file, code, "column", state, count(*) AS rejects, min(line) AS first_line, arg_min(message, line)
FROM account WHERE ($1 IS NULL OR code = $1) AND ($2 IS NULL OR "column" = $2) AND epoch_ms(rejected_at) >= $3
GROUP BY "table", file, code, "column", state ORDER BY rejects DESC, "table", file, code, "column", state`
