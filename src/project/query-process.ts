import type { DuckdbOptions } from '../engines/duckdb.ts'
import { DuckdbProcess } from '../engines/duckdb-process.ts'
import { type Machine, thisMachine } from './machine.ts'

/**
 * Of all memory. The rest is for what DuckDB does not count (Node and its channel, results on their way: about 150 MB), and
 * for the server: its heap, the ids of what is not in a table yet, and bodies.
 */
const share = 0.4

/** DuckDB in a process of its own, beside a server: it holds the tails and runs all queries, and may die alone. */
export function queryProcess(tempFolder: string, tailFolders: readonly string[]): DuckdbProcess {
  return new DuckdbProcess(queryProcessOptions(thisMachine(), tempFolder, tailFolders))
}

/** Chosen once, so that server and query process together stay below what the machine, or the cgroup, lets them have. */
export function queryProcessOptions(
  { memoryBytes, threads }: Machine,
  tempFolder: string,
  tailFolders: readonly string[],
): DuckdbOptions {
  return { memoryBytes: Math.floor(memoryBytes * share), threads, tempFolder, tailFolders, together: true }
}
