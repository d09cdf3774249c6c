import { join } from 'node:path'
import { afterAll, expect } from 'vitest'
import type { Columns, ColumnType } from '../../../src/core/columns.ts'
import { parseColumn } from '../../../src/core/columns.ts'
import type { Value } from '../../../src/core/values.ts'
import type { Query } from '../../../src/engines/engine.ts'
import { collect } from '../../../src/engines/rows.ts'
import { createTable } from '../../../src/lake/create.ts'
import type { Lake } from '../../../src/lake/lake.ts'
import { relationOf } from '../../../src/lake/relation.ts'
import { readSnapshot, type Snapshot } from '../../../src/lake/snapshot.ts'
import { engine } from '../../engines/harness.ts'
import { context } from '../../lake/log-lake.ts'
import { tableLake } from '../../lake/table-lake.ts'
import { type Deltalake, startDeltalake } from '../../services/deltalake.ts'
import { tempFolder } from '../../temp-folder.ts'

const started = await startDeltalake()

/** Why the suites are skipped, where they are. */
export const missing: string | undefined = typeof started === 'string' ? started : undefined

/** delta-rs; only in suites that are skipped where it is missing. */
export const deltalake = started as Deltalake

afterAll(async () => {
  if (typeof started !== 'string') await started[Symbol.asyncDispose]()
})

export const duckdb = await engine(600_000_000)

export function columns(texts: Readonly<Record<string, string>>): Columns {
  return Object.entries(texts).map(([name, text]) => parseColumn(name, text))
}

/** A lake with an empty table `t`. */
export async function lakeOf(
  texts: Readonly<Record<string, string>>,
  partitionBy: readonly string[] = [],
  configuration: Readonly<Record<string, string>> = {},
): Promise<Lake> {
  const lake = tableLake(await tempFolder(), duckdb)
  await createTable(lake, 't', { columns: columns(texts), partitionBy, configuration }, context)
  return lake
}

export const query = (sql: string): Query => ({ sql, from: {} })
export const pathOf = (lake: Lake): string => join(lake.root, 't')
export const snapshotOf = (lake: Lake, version?: number): Promise<Snapshot> =>
  readSnapshot(lake, 't', version === undefined ? {} : { version }, context)

/** The rows as Millrace reads them, in the form of `delta_rs.py`, sorted. */
export async function ownRows(lake: Lake, sql = 'SELECT * FROM t', version?: number): Promise<string[]> {
  const snapshot = await snapshotOf(lake, version)
  const found = await collect(await lake.engine.run({ sql, from: { t: relationOf(lake, snapshot) } }, context))
  return found.map((row) => line(row.map((value, at) => plain(value, snapshot.columns[at]?.type)))).sort()
}

/** Fails unless delta-rs reads the same version and rows as Millrace, by its scan and by its SQL. */
export async function expectSame(lake: Lake, version?: number): Promise<string[]> {
  const own = await ownRows(lake, undefined, version)
  const path = pathOf(lake)
  const at = version === undefined ? {} : { version }
  const read = await deltalake.ask<Read>('read', { path, ...at })
  expect(read.rows.map(line).sort()).toEqual(own)
  expect(read.version).toBe((await snapshotOf(lake, version)).version)
  const names = read.columns.map((name) => `"${name.replaceAll('"', '""')}"`)
  const sql = await deltalake.ask<Read>('query', { path, sql: `SELECT ${names.join(', ')} FROM t`, ...at })
  expect(sql.rows.map(line).sort()).toEqual(own)
  return own
}

export interface Read {
  readonly version: number
  readonly columns: readonly string[]
  readonly rows: readonly unknown[][]
}

export const line = (row: readonly unknown[]): string => JSON.stringify(row)

/** A value as `delta_rs.py` prints it. */
export function plain(value: Value, type: ColumnType | undefined): unknown {
  if (value === null || value === undefined || type === undefined) return value
  switch (type.kind) {
    case 'smallint':
    case 'integer':
    case 'bigint':
      return String(value)
    case 'float':
    case 'double':
      return Number.isFinite(value) ? value : String(value).replace('Infinity', 'inf').replace('NaN', 'nan')
    case 'timestamptz':
      return microsOf(value as string)
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64')
    case 'list':
      return (value as readonly Value[]).map((item) => plain(item, type.of))
    case 'struct': {
      const held = value as Readonly<Record<string, Value>>
      return Object.fromEntries(type.fields.map((field) => [field.name, plain(held[field.name] ?? null, field.type)]))
    }
    case 'map':
      return (value as readonly [Value, Value][]).map(([key, item]) => [plain(key, type.key), plain(item, type.value)])
    default:
      return value
  }
}

/** `2020-01-01T00:00:00.000001Z` → microseconds since 1970. */
function microsOf(text: string): string {
  const [, second = '', fraction = ''] = /^(.*?)(?:\.(\d+))?Z$/.exec(text) ?? []
  return String(BigInt(Date.parse(`${second}Z`)) * 1000n + BigInt(fraction.padEnd(6, '0') || '0'))
}
