import type { Context } from '../../src/core/context.ts'
import { createTable } from '../../src/lake/create.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { append } from '../../src/lake/write.ts'
import { startDeltalake } from '../../test/services/deltalake.ts'
import { type Figure, median } from './figure.ts'

const commits = 1_000
const edge = 100

/** Appends of one row in a row: what each takes at the end, against the beginning and against delta-rs. */
export async function smallCommits(
  lake: Lake,
  context: Context,
  say: (line: string) => void,
): Promise<readonly Figure[]> {
  const own = await ownCommits(lake, context)
  const theirs = await foreignCommits(`${lake.root}/theirs`)
  const last = median(own.slice(-edge))
  const growth = last / median(own.slice(0, edge))
  say(
    `${'small commit, the last hundred'.padEnd(32)} ${last.toFixed(1)} ms, ${growth.toFixed(2)} times the first hundred`,
  )
  if (typeof theirs === 'string') say(theirs)
  const peer = typeof theirs === 'string' ? undefined : { name: 'delta-rs', value: median(theirs.slice(-edge)) }
  if (peer) say(`${'the same by delta-rs'.padEnd(32)} ${peer.value.toFixed(1)} ms`)
  return [
    { name: 'small commit, last of 1,000', value: last, unit: 'ms', ...(peer && { peer }) },
    { name: 'last small commits against first', value: growth, unit: 'ratio', bar: 1.5 },
  ]
}

async function ownCommits(lake: Lake, context: Context): Promise<readonly number[]> {
  const columns = [
    { name: 'id', type: { kind: 'bigint' }, nullable: true },
    { name: 'v', type: { kind: 'varchar' }, nullable: true },
  ] as const
  let base = await createTable(lake, 'small', { columns }, context)
  const times: number[] = []
  for (let at = 0; at < commits; at++) {
    const started = performance.now()
    const rows = { sql: 'SELECT $1::BIGINT AS id, $2::VARCHAR AS v', from: {}, parameters: [at, `value ${at}`] }
    base = (await append(lake, 'small', rows, { base }, context)).snapshot
    times.push(performance.now() - started)
  }
  return times
}

/** The same by delta-rs in this very run, or why not. */
async function foreignCommits(path: string): Promise<readonly number[] | string> {
  const started = await startDeltalake()
  if (typeof started === 'string') return started
  await using deltalake = started
  const { times } = await deltalake.ask<{ times: number[] }>('small_commits', { path, count: commits, first: 0 })
  return times
}
