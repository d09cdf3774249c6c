import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { collect } from '../../src/engines/rows.ts'
import { readSnapshot, tableExists } from '../../src/lake/snapshot.ts'
import { type LiveProject, openLive } from '../../src/project/live.ts'
import { openProject } from '../../src/project/open.ts'
import { tend } from '../../src/project/tending.ts'
import { query } from '../../src/query/query.ts'
import { context } from '../cli/project-folder.ts'
import { tempFolder } from '../temp-folder.ts'

const config = `import { defineProject, stream } from 'millrace'
export default defineProject({ name: 'tended', streams: { events: stream({ columns: { id: 'bigint', n: 'bigint' }, id: 'id' }) } })
`
const sums =
  '/*\nkind: merge\nkey: [n]\nchecks: { expr: { few: events < 1000 } }\n*/\nSELECT n, count(*) AS events FROM events GROUP BY n'

async function countsIn(live: LiveProject): Promise<readonly unknown[]> {
  const { lake } = live.project
  const sql = 'SELECT (SELECT count(*) FROM events), (SELECT sum(events) FROM sums)'
  const [row = []] = await collect(await query(await live.catalog(context), lake.engine, sql, live.freezing, context))
  return row.map(Number)
}

test('small files are put together and models are built, while events come and are asked for', async () => {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'millrace.config.ts'), config)
  mkdirSync(join(dir, 'models'))
  writeFileSync(join(dir, 'models', 'sums.sql'), sums)
  await using project = await openProject(dir, { access: 'write', command: 'test' })
  await using live = await openLive(project, context)
  const troubles: unknown[] = []
  const tending = tend(
    live,
    { optimizeMs: 20, leastFiles: 4, buildMs: 20, onTrouble: (...trouble) => troubles.push(trouble) },
    context,
  )
  for (let at = 0; at < 25; at++) {
    await live.take('events', Buffer.from(`[{"id":${2 * at},"n":${at % 3}},{"id":${2 * at + 1},"n":7}]`), {
      lines: false,
    })
    expect(await countsIn(live)).toEqual([2 * (at + 1), 2 * (at + 1)])
    await live.flush()
  }
  const files = async () => (await readSnapshot(project.lake, 'events', {}, context)).files.size
  await expect.poll(files, { timeout: 20_000 }).toBeLessThan(4)
  await expect.poll(() => tableExists(project.lake, 'sums', context), { timeout: 20_000 }).toBe(true)
  await tending[Symbol.asyncDispose]()
  expect(troubles).toEqual([])
  expect(await countsIn(live)).toEqual([50, 50])
  const { version } = await readSnapshot(project.lake, 'sums', {}, context)
  await live.take('events', Buffer.from('{"id":1000,"n":1}'), { lines: false })
  await live.flush()
  await sleep(100)
  expect((await readSnapshot(project.lake, 'sums', {}, context)).version).toBe(version)
}, 60_000)

test('what cannot be built is told, each time', async () => {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'millrace.config.ts'), config)
  mkdirSync(join(dir, 'models'))
  writeFileSync(join(dir, 'models', 'sums.sql'), sums.replace('< 1000', '< 1'))
  await using project = await openProject(dir, { access: 'write', command: 'test' })
  await using live = await openLive(project, context)
  await live.take('events', Buffer.from('{"id":1,"n":1}'), { lines: false })
  await live.flush()
  const troubles: string[] = []
  await using _tending = tend(
    live,
    { buildMs: 20, onTrouble: (work, name) => troubles.push(`${work} ${name}`) },
    context,
  )
  await expect.poll(() => troubles.length, { timeout: 20_000 }).toBeGreaterThan(1)
  expect(new Set(troubles)).toEqual(new Set(['build sums']))
}, 60_000)
