import { availableParallelism, totalmem } from 'node:os'
import { openDuckdb } from '../engines/duckdb.ts'
import type { Engine } from '../engines/engine.ts'
import { lazyEngine } from '../engines/lazy.ts'

/** DuckDB spills to disk past this much. */
const memoryBytes = 1_000_000_000

/** DuckDB in this process, opened by its first use. Queries over tails read what lies in `tailFolders`. */
export function embeddedEngine(tempFolder: string, tailFolders: readonly string[] = []): Engine {
  const options = {
    memoryBytes: Math.min(memoryBytes, Math.floor(totalmem() / 2)),
    threads: availableParallelism(),
    tempFolder,
    tailFolders,
  }
  return lazyEngine('duckdb', { writes: 'files', cancel: true, tail: true }, () => openDuckdb(options))
}
