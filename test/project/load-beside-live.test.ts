import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { collect } from '../../src/engines/rows.ts'
import { history } from '../../src/lake/history.ts'
import { ledgerOf } from '../../src/project/ledger.ts'
import { type LiveProject, openLive } from '../../src/project/live.ts'
import { loadSource, planSources } from '../../src/project/loading.ts'
import { openProject } from '../../src/project/open.ts'
import { query } from '../../src/query/query.ts'
import { runKey } from '../../src/streams/stored-ids.ts'
import { context } from '../cli/project-folder.ts'
import { tempFolder } from '../temp-folder.ts'

const config = `import { defineProject, files, stream } from 'millrace'
export default defineProject({
  name: 'p',
  streams: { events: stream({ columns: { id: 'varchar', n: 'bigint' }, id: 'id', rules: { small: 'n < 1000000' } }) },
  sources: { s: files('*.csv', { into: 'events' }) },
})
`

const rows = 3000
const idOf = (row: number) => `id-${row}`

/** Sends rows as events, `other` ones with another content; the numbers of those that were accepted. */
async function send(live: LiveProject, from: number, to: number, other = 0): Promise<number> {
  const lines = Array.from({ length: to - from }, (_, at) =>
    JSON.stringify({ id: idOf(from + at), n: from + at + other }),
  )
  const { accepted, duplicates, rejected } = await live.take('events', Buffer.from(lines.join('\n')), { lines: true })
  expect(accepted + duplicates + rejected.length).toBe(to - from)
  return accepted
}

test('events and files bring the same ids, before, while and after a load: each is there once', async () => {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'millrace.config.ts'), config)
  const file = Array.from({ length: rows }, (_, row) => `${idOf(row)},${row}`)
  writeFileSync(join(dir, 'a.csv'), `id,n\n${file.join('\n')}\n`)
  await using project = await openProject(dir, { access: 'write', command: 'test' })
  await using live = await openLive(project, context)
  // before: in the table, and in the log alone; some with another content
  expect(await send(live, 0, 100)).toBe(100)
  await live.flush()
  expect(await send(live, 100, 200)).toBe(100)
  expect(await send(live, 200, 210, 1)).toBe(10)
  let [loading, sent, accepted] = [true, 210, 210]
  const load = async (): Promise<unknown[]> => {
    const outcomes = []
    for (const plan of await planSources(live.project, { maxRejects: 1 }, context))
      outcomes.push(...(await loadSource(live.project, plan, context)))
    loading = false
    return outcomes
  }
  const sending = async (): Promise<void> => {
    for (; loading && sent < rows - 100; sent += 10) accepted += await send(live, sent, sent + 10, sent % 20)
  }
  const [outcomes] = await Promise.all([load(), sending()])
  expect(outcomes).toMatchObject([{ outcome: 'loaded' }])
  const delivery = (outcomes[0] as { delivery: { stored: number; duplicate: number; rejected: number } }).delivery
  expect(delivery.stored + delivery.duplicate + delivery.rejected).toBe(rows)
  // the file and the events had each id between them once
  expect(delivery.stored + accepted).toBe(rows)
  expect(await send(live, 0, rows)).toBe(0)
  const asked = 'SELECT count(*), count(DISTINCT id) FROM events'
  const ask = async () =>
    collect(await query(await live.catalog(context), live.project.lake.engine, asked, live.freezing, context))
  expect(await ask()).toEqual([[BigInt(rows), BigInt(rows)]])
  await live.flush()
  expect(await ask()).toEqual([[BigInt(rows), BigInt(rows)]])
  const { closes, streams } = await ledgerOf(live.project, context)
  expect(closes).toBe(true)
  expect(streams).toMatchObject([{ accepted, late_duplicate: 0 }])
  const commits = await history(live.project.lake, 'events', 100, context)
  const unnamed = commits.filter(({ info, filesAdded }) => filesAdded > 0 && info[runKey] === undefined)
  expect(unnamed.map(({ version }) => version)).toEqual([])
})

test('a load without a server leaves its ids for the server that comes', async () => {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'millrace.config.ts'), config)
  const load = async (name: string, text: string) => {
    writeFileSync(join(dir, name), `id,n\n${text}\n`)
    await using project = await openProject(dir, { access: 'write', command: 'test' })
    for (const plan of await planSources(project, { maxRejects: 1 }, context)) await loadSource(project, plan, context)
  }
  await load('a.csv', 'id-1,1\nid-2,2')
  await load('b.csv', 'id-2,2\nid-3,3')
  await using project = await openProject(dir, { access: 'write', command: 'test' })
  await using live = await openLive(project, context)
  expect(await send(live, 1, 5)).toBe(1)
  expect(live.project.ids?.('events')?.figures()).toMatchObject({ stored: 3, unflushed: 1 })
})
