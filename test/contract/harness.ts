import { DuckDBInstance } from '@duckdb/node-api'
import { type CheckOptions, checkSql } from '../../src/contract/check-sql.ts'
import type { Contract, ContractColumn } from '../../src/contract/contract.ts'
import { type ColumnType, parseColumn, parseType } from '../../src/core/columns.ts'

export function columnOf(name: string, text: string, more: Partial<ContractColumn> = {}): ContractColumn {
  return { ...parseColumn(name, text), formats: [], pii: false, ...more }
}

export function contractOf(columns: readonly ContractColumn[], more: Partial<Contract> = {}): Contract {
  return { columns, key: [], partitionBy: {}, unknown: 'drop', nan: 'null', rules: [], timezone: 'UTC', ...more }
}

type Row = Readonly<Record<string, string | null>>

/** `shown`: columns of good rows as these expressions print them. */
type Options = Partial<CheckOptions> & { readonly shown?: Readonly<Record<string, string>> }

export interface Checked {
  /** Values as DuckDB's JSON rows, with `_row`: its place in the input. */
  readonly good: readonly Record<string, unknown>[]
  readonly bad: readonly { _row: number; column: string | null; code: string; message: string }[]
}

/** Runs the SQL of a contract over rows of text, in a DuckDB as the engine sets it. */
export async function checker(): Promise<{
  check: (contract: Contract, rows: readonly Row[], options?: Options) => Promise<Checked>
  /** JSON objects, one a row; the keys that occur are found as a source finds them. */
  checkJson: (contract: Contract, lines: readonly string[], options?: Partial<CheckOptions>) => Promise<Checked>
  /** A SELECT whose columns are the input, with their types where they are Millrace's. */
  checkTyped: (contract: Contract, sql: string) => Promise<Checked>
  all: (sql: string) => Promise<Record<string, unknown>[]>
}> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  await connection.run("SET TimeZone = 'UTC'")
  const all = async (sql: string) => {
    const reader = await connection.runAndReadAll(sql)
    return reader.getRowObjectsJson() as Record<string, unknown>[]
  }
  const check = async (contract: Contract, rows: readonly Row[], options: Options = {}) => {
    const names = [...new Set(rows.flatMap(Object.keys))]
    const quoted = names.map((name) => `"${name.replaceAll('"', '""')}"`)
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE raw (_row INTEGER${quoted.map((name) => `, ${name} VARCHAR`).join('')})`,
    )
    const appender = await connection.createAppender('raw')
    for (const [index, row] of rows.entries()) {
      appender.appendInteger(index)
      for (const name of names) {
        const text = row[name] ?? null
        if (text === null) appender.appendNull()
        else appender.appendVarchar(text)
      }
      appender.endRow()
    }
    appender.closeSync()
    const fields = names.map((name) => ({ name, column: name }))
    return run(contract, { input: { kind: 'csv', fields }, ...options })
  }
  const run = async (contract: Contract, { shown = {}, ...options }: CheckOptions & Options): Promise<Checked> => {
    const sql = checkSql(contract, { carry: ['_row'], ...options })
    const replaced = Object.entries(shown).map(([column, text]) => `${text} AS ${column}`)
    const columns = replaced.length > 0 ? `* REPLACE (${replaced.join(', ')})` : '*'
    const good = await all(`SELECT ${columns} FROM (${sql.good}) ORDER BY _row`)
    const bad = await all(`SELECT * FROM (${sql.bad}) ORDER BY _row`)
    return { good, bad: bad as unknown as Checked['bad'] }
  }
  const checkJson = async (contract: Contract, lines: readonly string[], options: Partial<CheckOptions> = {}) => {
    await connection.run('CREATE OR REPLACE TEMP TABLE raw (_row INTEGER, json VARCHAR)')
    const appender = await connection.createAppender('raw')
    for (const [index, line] of lines.entries()) {
      appender.appendInteger(index)
      appender.appendVarchar(line)
      appender.endRow()
    }
    appender.closeSync()
    const found = await all(
      `SELECT DISTINCT unnest(json_keys(json)) AS key FROM raw WHERE json_valid(json) AND json_type(json) = 'OBJECT'`,
    )
    return run(contract, { input: { kind: 'json', keys: found.map(({ key }) => String(key)) }, ...options })
  }
  const checkTyped = async (contract: Contract, select: string) => {
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE raw AS SELECT row_number() OVER () - 1 AS _row, * FROM (${select})`,
    )
    const described = await all('DESCRIBE raw')
    const fields = described.slice(1).map(({ column_name, column_type }) => {
      const field = { name: String(column_name), column: String(column_name) }
      const type = typeOf(String(column_type))
      return type ? { ...field, type } : field
    })
    return run(contract, { input: { kind: 'parquet', fields } })
  }
  return { check, checkJson, checkTyped, all }
}

function typeOf(text: string): ColumnType | undefined {
  try {
    return parseType(text.replace('TIMESTAMP WITH TIME ZONE', 'timestamptz'))
  } catch {
    return undefined
  }
}
