import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as later } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { MillraceError } from '../../src/core/errors.ts'
import { DuckdbProcess } from '../../src/engines/duckdb-process.ts'
import { collect } from '../../src/engines/rows.ts'
import { openLive } from '../../src/project/live.ts'
import { openProject } from '../../src/project/open.ts'
import { query } from '../../src/query/query.ts'
import { seededRandom } from '../../src/sources/seeded-random.ts'
import { context } from '../cli/project-folder.ts'
import { tempFolder } from '../temp-folder.ts'

const config = `import { defineProject, stream } from 'millrace'
export default defineProject({
  name: 'killed',
  streams: {
    events: stream({
      columns: { id: 'varchar not null', n: 'bigint not null' },
      id: 'id',
      rules: { not_three: 'n % 10 <> 3' },
    }),
  },
})
`

/** Undefined for failures that a caller meets by asking again. */
function orBusy(error: unknown): undefined {
  if (error instanceof MillraceError && error.httpStatus === 503) return undefined
  throw error
}

/** How many of the numbers from 0 on the rule lets through. */
function good(count: number): number {
  return Array.from({ length: count }, (_, n) => n).filter((n) => n % 10 !== 3).length
}

async function opened() {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'millrace.config.ts'), config)
  return {
    dir,
    open: () => openProject(dir, { access: 'write', command: 'test', engine: 'process' }),
  }
}

const kills = process.env['MILLRACE_LONG'] ? 100 : 4

test('a query process that is killed is followed by another before anybody asks, and the log is read again', async () => {
  const { open } = await opened()
  await using project = await open()
  await using live = await openLive(project, context)
  const engine = project.lake.engine as DuckdbProcess
  await live.take('events', Buffer.from('{"id":"a","n":1}'), { lines: true })
  await expect.poll(() => live.states(), { timeout: 30_000 }).toMatchObject([{ stream: 'events', isRead: true }])
  const pid = (await engine.pid()) as number
  process.kill(pid, 'SIGKILL')
  await expect
    .poll(() => live.states(), { timeout: 30_000, interval: 1 })
    .toMatchObject([{ isRead: false, waiting: 1n }])
  await expect.poll(() => live.states(), { timeout: 30_000 }).toMatchObject([{ isRead: true, trouble: undefined }])
  expect(await engine.pid()).not.toBe(pid)
})

test('the process that runs queries can be killed at any moment: what was acknowledged stays, once', {
  timeout: 120_000 + kills * 5_000,
}, async () => {
  const seed = Number(process.env['MILLRACE_SEED'] ?? Date.now() % 1_000_000)
  console.info(`MILLRACE_SEED=${seed}`)
  const random = seededRandom(seed)
  const { open } = await opened()
  const counts = { answers: 0, refused: 0, flushes: 0, kills: 0 }
  let acknowledged = 0
  {
    await using project = await open()
    const { lake } = project
    expect(lake.engine).toBeInstanceOf(DuckdbProcess)
    const engine = lake.engine as DuckdbProcess
    await using live = await openLive(project, context, { flushRows: 1_000_000, flushMs: 600_000 })
    const isOver = () => counts.kills >= kills && counts.flushes >= 2 && counts.answers >= 5
    const during = async (work: () => Promise<unknown>) => {
      while (!isOver()) await work()
    }
    const produce = async () => {
      const size = 1 + Math.floor(random() * 30)
      const lines = Array.from({ length: size }, (_, at) => `{"id":"e${acknowledged + at}","n":${acknowledged + at}}`)
      const answer = await live.take('events', Buffer.from(lines.join('\n')), { lines: true })
      expect(answer).toMatchObject({ accepted: size, duplicates: 0 })
      acknowledged += size
      await later(random() * 5)
    }
    const ask = async () => {
      await later(random() * 10)
      const before = good(acknowledged)
      const sql = 'SELECT count(*), count(DISTINCT id), count(DISTINCT n) FROM events'
      const found = await query(await live.catalog(context), engine, sql, live.freezing, context)
        .then(collect)
        .catch(orBusy)
      if (!found) {
        counts.refused++
        return
      }
      const [[all, distinct, numbers] = []] = found
      expect([distinct, numbers]).toEqual([all, all])
      expect(Number(all)).toBeGreaterThanOrEqual(before)
      expect(Number(all)).toBeLessThanOrEqual(good(acknowledged + 30))
      counts.answers++
    }
    const flush = async () => {
      await later(random() * 150)
      await live.flush().then(() => counts.flushes++, orBusy)
    }
    const kill = async () => {
      // every other one lets a flush or an answer through first, however slow the machine is
      const before = counts.flushes + counts.answers
      while (counts.kills % 2 === 1 && counts.flushes + counts.answers === before) await later(5)
      await later(random() * 400)
      const pid = await engine.pid()
      if (pid !== undefined) process.kill(pid, 'SIGKILL')
      counts.kills++
    }
    await Promise.all([during(produce), during(ask), during(ask), during(flush), during(kill)])
  }
  await using project = await open()
  await using live = await openLive(project, context)
  const rows = async (sql: string) =>
    collect(await query(await live.catalog(context), project.lake.engine, sql, live.freezing, context))
  const [[all, distinct] = []] = await rows("SELECT count(*), count(DISTINCT id) FROM events WHERE id = 'e' || n")
  expect([all, distinct]).toEqual([BigInt(good(acknowledged)), BigInt(good(acknowledged))])
  const refused = "SELECT count(*), count(DISTINCT json_extract_string(raw, '$.id')) FROM millrace.rejects"
  const bad = BigInt(acknowledged - good(acknowledged))
  expect(await rows(refused)).toEqual([[bad, bad]])
})
