import { DuckdbProcess } from '../../src/engines/duckdb-process.ts'
import { contextOf } from './harness.ts'

// a process with nothing else to do, whose engine is killed under a call
const engine = new DuckdbProcess({ memoryBytes: 300_000_000, threads: 1, tempFolder: process.argv[2] as string })
const sql = 'SELECT count(*) FROM range(1000000000) a, range(1000000) b WHERE a.range + b.range = -1'
await engine.describe({ sql, from: {} }, contextOf())
const run = engine.run({ sql, from: {} }, contextOf())
process.kill((await engine.pid()) as number, 'SIGKILL')
process.stdout.write(await run.then(() => 'answered').catch((error) => error.code))
