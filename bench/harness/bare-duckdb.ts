import { DuckDBInstance } from '@duckdb/node-api'

/** How long a SELECT takes in a DuckDB of this process, each time; the first, which reads what no cache has, is left out. */
export async function duckdbSeconds(sql: string, rounds: number): Promise<readonly number[]> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const taken: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const started = performance.now()
    await connection.runAndReadAll(sql)
    taken.push((performance.now() - started) / 1000)
  }
  connection.closeSync()
  return taken.slice(1)
}
