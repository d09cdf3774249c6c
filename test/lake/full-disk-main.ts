import { statfsSync } from 'node:fs'
import { isError } from '../../src/core/errors.ts'
import { openDuckdb } from '../../src/engines/duckdb.ts'
import { collect } from '../../src/engines/rows.ts'
import { relationOf } from '../../src/lake/relation.ts'
import { readSnapshot } from '../../src/lake/snapshot.ts'
import { append } from '../../src/lake/write.ts'
import { create } from './faulty-lake.ts'
import { context } from './log-lake.ts'
import { tableLake } from './table-lake.ts'

/**
 * Fills the small file system that it is given until an append no longer fits: `full-disk-main.ts ROOT SPILL`. It says
 * how many appends were made, with which code the next one failed, and whether the table has just the rows of those.
 */
const [root = '', tempFolder = ''] = process.argv.slice(2)
const engine = await openDuckdb({ memoryBytes: 300_000_000, threads: 1, tempFolder })
const lake = tableLake(root, engine)
await create(lake)
const perAppend = 1500
const before = statfsSync(root).bfree

/** Rows that hardly compress, with ids from `first` on. */
const rowsFrom = (first: number): string =>
  `SELECT ${first} + range AS id, DATE '2026-01-01' AS day, md5(range::VARCHAR) || md5(${first}::VARCHAR || range) AS v FROM range(${perAppend})`

let appends = 0
let code = 'none'
while (code === 'none' && appends < 1000) {
  try {
    await append(lake, 't', { sql: rowsFrom(appends * perAppend), from: {} }, {}, context)
    appends++
  } catch (error) {
    code = isError(error, 'DISK_FULL') ? error.code : String(error)
  }
}
const from = { t: relationOf(lake, await readSnapshot(lake, 't', {}, context)) }
const [counts] = await collect(
  await engine.run({ sql: 'SELECT count(*), count(DISTINCT id), max(id) FROM t', from }, context),
)
const wanted = [appends * perAppend, appends * perAppend, appends * perAppend - 1]
const whole = counts?.every((count, at) => Number(count) === wanted[at])
console.log(JSON.stringify({ appends, code, whole, filled: statfsSync(root).bfree < before }))
await engine.close()
