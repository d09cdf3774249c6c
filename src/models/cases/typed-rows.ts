import { checkSql } from '../../contract/check-sql.ts'
import { type Contract, type ContractColumn, derivedColumns } from '../../contract/contract.ts'
import type { Columns } from '../../core/columns.ts'
import type { Context } from '../../core/context.ts'
import { MillraceError } from '../../core/errors.ts'
import { suggest } from '../../core/suggest.ts'
import type { Value } from '../../core/values.ts'
import type { Engine } from '../../engines/engine.ts'
import type { Relation } from '../../engines/relation.ts'
import { collect } from '../../engines/rows.ts'
import { join, name, raw, sql } from '../../sql/text.ts'
import type { CaseRow } from '../cases.ts'

/** What the rows of a test are read as, and where they stand. */
export interface RowsOf {
  /** For messages: `events`, `expect`. */
  readonly title: string
  readonly file: string
  readonly columns: Columns
  /** Of a stream or table: the forms of its columns, and what partitions add. */
  readonly contract?: Contract | undefined
  readonly timezone: string
}

/** The rows with the types of their columns; columns that they do not name are NULL. TEST_INVALID, TEST_UNKNOWN_NAME. */
export async function typedRows(
  rows: readonly CaseRow[],
  of: RowsOf,
  engine: Engine,
  context: Context,
): Promise<(readonly Value[])[]> {
  const texts = rows.map((row) => named(row, of))
  if (rows.length === 0) return []
  const fields = [...new Set(texts.flatMap((row) => [...row.keys()]))]
  const given: Relation = {
    kind: 'values',
    columns: [
      { name: '_row', type: { kind: 'bigint' }, nullable: false },
      ...fields.map((field) => ({ name: field, type: { kind: 'varchar' }, nullable: true }) as const),
    ],
    rows: texts.map((row, index) => [BigInt(index), ...fields.map((field) => row.get(field) ?? null)]),
  }
  const { good, bad } = checkSql(lenient(of), {
    input: { kind: 'csv', fields: fields.map((field) => ({ name: field, column: field })) },
    carry: ['_row'],
    nulls: [],
    timezone: of.timezone,
  })
  const from = { raw: given }
  const columns = join(of.columns.map((column) => name(column.name)))
  const ordered = sql`SELECT ${columns} FROM (${raw(good)}) ORDER BY _row`
  const typed = await collect(await engine.run({ sql: ordered.text, from }, context))
  if (typed.length === rows.length) return typed
  const first = sql`SELECT _row, "column", "message" FROM (${raw(bad)}) ORDER BY _row LIMIT 1`
  const [breach] = await collect(await engine.run({ sql: first.text, from }, context))
  throw breachOf(breach, rows, of)
}

/** The row by the names that the columns have. */
function named(row: CaseRow, { title, file, columns, contract }: RowsOf): ReadonlyMap<string, string | null> {
  const made = contract ? derivedColumns(contract).map((column) => column.name) : []
  const known = columns.map((column) => column.name).filter((column) => !made.includes(column))
  const cells = [...row.cells].map(([written, { text, line }]) => {
    const column =
      known.find((each) => each === written) ?? known.find((each) => each.toLowerCase() === written.toLowerCase())
    if (column !== undefined) return [column, text] as const
    const place = `${file}:${line}`
    if (made.includes(written))
      throw new MillraceError('TEST_INVALID', {
        place,
        reason: `\`${written}\` of ${title} is made from its time, and not given`,
      })
    const what = `column of ${title}`
    throw new MillraceError('TEST_UNKNOWN_NAME', { place, what, name: written, suggestion: suggest(written, known) })
  })
  return new Map(cells)
}

/** A contract that only reads values: what may be missing in a test is NULL, and no rule is asked. */
function lenient({ columns, contract, timezone }: RowsOf): Contract {
  const plain = (name: string): ContractColumn | undefined => contract?.columns.find((column) => column.name === name)
  const derived = contract ? derivedColumns(contract).map((column) => column.name) : []
  return {
    columns: columns
      .filter((column) => !derived.includes(column.name))
      .map(({ name: column, type }) => ({
        name: column,
        type,
        nullable: true,
        formats: plain(column)?.formats ?? [],
        pii: false,
      })),
    key: [],
    partitionBy: contract?.partitionBy ?? {},
    unknown: 'drop',
    nan: 'null',
    rules: [],
    timezone,
  }
}

function breachOf(
  breach: readonly Value[] | undefined,
  rows: readonly CaseRow[],
  { title, file }: RowsOf,
): MillraceError {
  const [index, column, message] = breach ?? []
  const row = rows[Number(index ?? 0)]
  const line = [...(row?.cells ?? [])].find(([written]) => written.toLowerCase() === String(column).toLowerCase())?.[1]
    .line
  const reason = `${title}: ${String(column)}: ${String(message)}`
  return new MillraceError('TEST_INVALID', { place: `${file}:${line ?? row?.line ?? 1}`, reason })
}
