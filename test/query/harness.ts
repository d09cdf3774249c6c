import type { Context } from '../../src/core/context.ts'
import type { Value } from '../../src/core/values.ts'
import { collect } from '../../src/engines/rows.ts'
import { createTable } from '../../src/lake/create.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { append } from '../../src/lake/write.ts'
import type { Catalog } from '../../src/query/catalog.ts'
import { lakeCatalog } from '../../src/query/lake-catalog.ts'
import { type QueryOptions, query } from '../../src/query/query.ts'
import { columns, contextOf, engine, folder } from '../engines/harness.ts'
import { tableLake } from '../lake/table-lake.ts'

export const context: Context = { ...contextOf(), now: () => 1_800_000_000_000 }

/** A lake with one DuckDB, closed after the file's tests. */
export async function openLake(): Promise<Lake> {
  return tableLake(folder(), await engine())
}

/** Makes a table of a SELECT; each further SELECT is appended as a commit of its own. */
export async function tableOf(
  lake: Lake,
  table: string,
  types: Readonly<Record<string, string>>,
  selects: readonly string[],
  partitionBy: readonly string[] = [],
): Promise<void> {
  await createTable(lake, table, { columns: columns(types), partitionBy }, context)
  for (const sql of selects) await append(lake, table, { sql, from: {} }, {}, context)
}

/** The tables of a lake under their own names. */
export function catalogOf(lake: Lake, names: readonly string[]): Catalog {
  return lakeCatalog(async () => names.map((name) => ({ name, lake, table: name })))
}

/** The rows of a query's answer. */
export async function rowsOf(
  catalog: Catalog,
  lake: Lake,
  sql: string,
  options: QueryOptions = {},
): Promise<(readonly Value[])[]> {
  return collect(await query(catalog, lake.engine, sql, options, context))
}
