import { DuckdbProcess } from '../../src/engines/duckdb-process.ts'

/** Starts an engine's process with an endless query in it, tells its pid, and waits to be killed. */
const engine = new DuckdbProcess({ memoryBytes: 200_000_000, threads: 1, tempFolder: process.argv[2] ?? '' })
const endless = 'SELECT count(*) FROM range(1000000000) a, range(1000000) b WHERE a.range + b.range = -1'
const context = { signal: new AbortController().signal, emit: () => {}, now: Date.now }
process.stdout.write(`${await engine.pid()}\n`)
await engine.run({ sql: endless, from: {} }, context)
