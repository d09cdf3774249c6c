import { DuckDBInstance } from '@duckdb/node-api'
import { type CheckOptions, checkSql } from '../../src/contract/check-sql.ts'
import type { Contract, ContractColumn } from '../../src/contract/contract.ts'
import { parseColumn } from '../../src/core/columns.ts'

export function columnOf(name: string, text: string, more: Partial<ContractColumn> = {}): ContractColumn {
  return { ...parseColumn(name, text), formats: [], pii: false, ...more }
}

export function contractOf(columns: readonly ContractColumn[], more: Partial<Contract> = {}): Contract {
  return { columns, key: [], partitionBy: {}, unknown: 'drop', nan: 'null', rules: [], timezone: 'UTC', ...more }
}

type Row = Readonly<Record<string, string | null>>

export interface Checked {
  /** Values as DuckDB's JSON rows, with `_row`: its place in the input. */
  readonly good: readonly Record<string, unknown>[]
  readonly bad: readonly { _row: number; column: string | null; code: string; message: string }[]
}

/** Runs the SQL of a contract over rows of text, in a DuckDB as the engine sets it. */
export async function checker(): Promise<{
  check: (contract: Contract, rows: readonly Row[], options?: Partial<CheckOptions>) => Promise<Checked>
  all: (sql: string) => Promise<Record<string, unknown>[]>
}> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  await connection.run("SET TimeZone = 'UTC'")
  const all = async (sql: string) => {
    const reader = await connection.runAndReadAll(sql)
    return reader.getRowObjectsJson() as Record<string, unknown>[]
  }
  const check = async (contract: Contract, rows: readonly Row[], options: Partial<CheckOptions> = {}) => {
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
    const sql = checkSql(contract, { input: { kind: 'csv', fields }, carry: ['_row'], ...options })
    const good = await all(`SELECT * FROM (${sql.good}) ORDER BY _row`)
    const bad = await all(`SELECT * FROM (${sql.bad}) ORDER BY _row`)
    return { good, bad: bad as unknown as Checked['bad'] }
  }
  return { check, all }
}
