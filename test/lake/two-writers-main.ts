import { once } from 'node:events'
import { join } from 'node:path'
import { openDuckdb } from '../../src/engines/duckdb.ts'
import type { Query } from '../../src/engines/engine.ts'
import { deleteWhere } from '../../src/lake/delete.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { mergeByKey } from '../../src/lake/merge.ts'
import { applyOptimize, planOptimize } from '../../src/lake/optimize.ts'
import { relationOf } from '../../src/lake/relation.ts'
import type { Snapshot } from '../../src/lake/snapshot.ts'
import { append } from '../../src/lake/write.ts'
import { rows } from './faulty-lake.ts'
import { context } from './log-lake.ts'
import { tableLake } from './table-lake.ts'

/**
 * One of two processes that write to the table `t` of a lake: `two-writers-main.ts ROOT WHO WORK ROUNDS`. It says that it
 * is ready, waits for a line, works, and says which ids it has left there.
 */
const [root = '', who = '0', work = '', rounds = '0'] = process.argv.slice(2)

await using engine = await open()
const lake = tableLake(root, engine)
console.log(JSON.stringify('ready'))
await once(process.stdin, 'data')
process.stdin.destroy()
console.log(JSON.stringify(work === 'count' ? await count(lake) : await mixed(lake)))

async function open() {
  const options = { memoryBytes: 200_000_000, threads: 1, tempFolder: join(root, `../spill-${who}`) }
  const opened = await openDuckdb(options)
  return Object.assign(opened, { [Symbol.asyncDispose]: () => opened.close() })
}

/** Adds one to the counter, again and again. */
async function count(lake: Lake): Promise<number> {
  for (let round = 0; round < Number(rounds); round++) {
    const next = (snapshot: Snapshot): Query => ({
      sql: 'SELECT id, n + 1 AS n FROM t WHERE id = 1',
      from: { t: relationOf(lake, snapshot) },
    })
    await mergeByKey(lake, 't', { key: ['id'], rows: next }, {}, context)
  }
  return Number(rounds)
}

/**
 * Appends three rows a round, merges two, deletes one, and now and then puts files together. The two processes have ids
 * of their own, in the same partitions.
 */
async function mixed(lake: Lake): Promise<readonly number[]> {
  const left = new Set<number>()
  for (let round = 0; round < Number(rounds); round++) {
    const fresh = [0, 1, 2].map((n) => Number(who) * 1_000_000 + round * 10 + n)
    await append(lake, 't', rows(...fresh), {}, context)
    for (const id of fresh) left.add(id)
    const [first = 0, second = 0] = left
    await mergeByKey(lake, 't', { key: ['id'], rows: rows(first, second) }, {}, context)
    await deleteWhere(lake, 't', { sql: `id = ${first}` }, {}, context)
    left.delete(first)
    if (round % 3 === Number(who)) await applyOptimize(lake, await planOptimize(lake, 't', {}, context), context)
  }
  return [...left]
}
