import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { collect } from '../../src/engines/rows.ts'
import { openLive } from '../../src/project/live.ts'
import { openProject } from '../../src/project/open.ts'
import { query } from '../../src/query/query.ts'
import { openBuilds } from '../../src/server/builds.ts'
import { projectDoors } from '../../src/server/doors.ts'
import { startServer } from '../../src/server/server.ts'
import { openUploads } from '../../src/server/uploads.ts'
import { context } from '../cli/project-folder.ts'
import { tempFolder } from '../temp-folder.ts'
import { nobody } from './harness.ts'

/** 10,000 in the long run. */
const requests = process.env['MILLRACE_LONG'] === undefined ? 1_000 : 10_000

const config = `import { defineProject, stream } from 'millrace'
export default defineProject({
  name: 'malformed',
  streams: { events: stream({ columns: { id: 'varchar not null', n: 'bigint', at: 'timestamptz', deep: 'json' }, id: 'id', time: 'at', unknown: 'keep' }) },
})
`

const pick = <T>(items: readonly T[]): T => items[Math.floor(Math.random() * items.length)] as T

/** Lines that are no event of the contract; none holds a line end. */
const bad: readonly (() => string)[] = [
  () => '{"id":"x","n":',
  () => '{"id":"x","n":1}}',
  () => '['.repeat(5_000),
  () => `{"id":"x","deep":${'{"a":'.repeat(500)}1${'}'.repeat(500)}}`,
  () => `{"id":"x","n":${'9'.repeat(400)}}`,
  () => '{"id":"x","n":1e999}',
  () => '{"id":null}',
  () => '{"id":"x","n":"one"}',
  () => '{"id":"x","id":"y"}',
  () => '{"__proto__":{"admin":true},"id":"x"}',
  () => '{"constructor":{"prototype":{"admin":true}},"id":5,"n":[]}',
  () => '{"id":"\\ud800","n":1}',
  () => '{"id":"a\\u0000b"}',
  () => 'null',
  () => '"id"',
  () => '\uFEFF{"id"',
  () => `{"id":"x","at":"${pick(['yesterday', '2026-02-30T00:00:00Z', '9'.repeat(50)])}"}`,
  () =>
    randomBytes(200)
      .toString('latin1')
      .replaceAll(/[\r\n]/g, '?'),
]

let sent = 0
const good = () => `{"id":"good-${sent}","n":${sent++}}`

interface Request {
  readonly body: Uint8Array
  readonly headers?: Record<string, string>
  /** How many good events of it have to be stored. */
  readonly stores: boolean
}

/** One request, with what is wrong with it. */
function request(): Request {
  const lines = { 'content-type': 'application/x-ndjson' }
  const before = sent
  const body = Array.from({ length: 1 + Math.floor(Math.random() * 4) }, () =>
    Math.random() < 0.5 ? good() : pick(bad)(),
  )
  const text = Buffer.from(body.join('\n'), Math.random() < 0.2 ? 'latin1' : 'utf8')
  const drop = (): void => {
    sent = before
  }
  switch (pick(['lines', 'lines', 'lines', 'gzip', 'cut gzip', 'bomb', 'encoding', 'empty', 'large', 'array'])) {
    case 'gzip':
      return { body: gzipSync(text), headers: { ...lines, 'content-encoding': 'gzip' }, stores: true }
    case 'cut gzip':
      drop()
      return { body: gzipSync(text).subarray(0, 12), headers: { ...lines, 'content-encoding': 'gzip' }, stores: false }
    case 'bomb':
      drop()
      return { body: gzipSync(Buffer.alloc(3_000_000)), headers: { 'content-encoding': 'gzip' }, stores: false }
    case 'encoding':
      drop()
      return { body: text, headers: { 'content-encoding': pick(['br', 'zstd', 'x'.repeat(500)]) }, stores: false }
    case 'empty':
      drop()
      return { body: new Uint8Array(), stores: false }
    case 'large':
      drop()
      return { body: Buffer.alloc(2_000_000, '{"id":"x"} '), stores: false }
    case 'array':
      drop()
      return { body: Buffer.from(`[${good()},${good()},{"id":`), stores: true }
    default:
      return { body: text, headers: lines, stores: true }
  }
}

test('malformed requests get a coded answer each, and lose no good event beside them', {
  timeout: 300_000,
}, async () => {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'millrace.config.ts'), config)
  await using project = await openProject(dir, { access: 'write', command: 'test' })
  await using live = await openLive(project, context)
  const faults: string[] = []
  const log = pino({ level: 'error' }, { write: (line: string) => void faults.push(line) })
  await using builds = openBuilds(live, {}, context)
  await using uploads = await openUploads(live, {}, context)
  const doors = projectDoors(project, live, builds, uploads)
  const options = {
    host: '127.0.0.1',
    port: 0,
    access: nobody,
    doors,
    version: '1',
    log,
    context,
    bodyBytes: 1_000_000,
  }
  await using server = await startServer(options)
  const statuses = new Map<number, number>()
  let codeless = 0
  for (let at = 0; at < requests; at++) {
    const { body, headers = {} } = request()
    const response = await fetch(`${server.url}/v1/streams/events`, {
      method: 'POST',
      body: Buffer.from(body),
      headers,
    })
    const answer = (await response.json()) as { code?: string; accepted?: number }
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
    if (response.ok ? answer.accepted === undefined : answer.code === undefined) codeless++
  }
  expect(faults).toEqual([])
  expect(codeless).toBe(0)
  expect([...statuses.keys()].toSorted()).toEqual([200, 207, 400, 413, 415])
  const sql = "SELECT count(*), count(DISTINCT id) FROM events WHERE id LIKE 'good-%'"
  const found = await collect(
    await query(await live.catalog(context), project.lake.engine, sql, live.freezing, context),
  )
  expect(found).toEqual([[BigInt(sent), BigInt(sent)]])
  expect(({} as { admin?: boolean }).admin).toBeUndefined()
})
