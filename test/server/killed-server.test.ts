import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { tempFolder } from '../temp-folder.ts'
import { type Started, startProcess } from './started.ts'

/** How often the server is killed: 200 times in the long run. */
const kills = Number(process.env['MILLRACE_KILLS'] ?? 5)

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
/** It writes to its table all the time. */
function start(dir: string): Promise<Started> {
  return startProcess(dir, '--flush-rows', '40', '--flush-seconds', '1')
}

/** Sends batches of events, each again until it is answered, and keeps the ids that were acknowledged in a file. */
async function produce(
  name: string,
  list: string,
  url: () => string | undefined,
  until: () => boolean,
): Promise<number> {
  let sent = 0
  while (!until()) {
    const events = Array.from({ length: 7 }, () => ({ id: `${name}-${sent}`, n: sent++ }))
    for (let answered = false; !answered; ) {
      const to = url()
      const response = to && (await post(`${to}/v1/streams/events`, events))
      if (response && response.rejected.length === 0) {
        appendFileSync(list, events.map(({ id }) => `${id}\n`).join(''))
        answered = true
      } else await sleep(20)
    }
  }
  return sent
}

async function post(url: string, body: unknown): Promise<{ rejected: unknown[]; rows: unknown[][] } | undefined> {
  try {
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) })
    return response.ok ? ((await response.json()) as { rejected: unknown[]; rows: unknown[][] }) : undefined
  } catch {
    return undefined
  }
}

test('what a server acknowledged is there once, however often it is killed', {
  timeout: 60_000 + kills * 6_000,
}, async () => {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'millrace.config.ts'), config)
  const list = join(dir, 'acknowledged')
  let server: Started | undefined = await start(dir)
  let over = false
  const producers = ['a', 'b', 'c', 'd'].map((name) =>
    produce(
      name,
      list,
      () => server?.url,
      () => over,
    ),
  )
  for (let kill = 0; kill < kills; kill++) {
    await sleep(100 + Math.random() * 900)
    const killed = server
    server = undefined
    await killed?.kill('SIGKILL')
    server = await start(dir)
    // with the producers at work
    expect(await server.get('/v1/ledger')).toMatchObject({ closes: true, streams: [{ open: null }] })
  }
  over = true
  const sent = await Promise.all(producers)
  const acknowledged = existsSync(list) ? readFileSync(list, 'utf8').split('\n').filter(Boolean) : []
  expect(acknowledged.length).toBe(sent.reduce((sum, each) => sum + each, 0))
  const ask = async (sql: string) => (await post(`${server?.url}/v1/query`, { sql, limit: 1_000_000 }))?.rows
  const rows = (await ask('SELECT id FROM events ORDER BY id'))?.map(([id]) => id)
  const good = acknowledged.filter((id) => Number(id.split('-')[1]) % 10 !== 3)
  expect(rows).toEqual(good.toSorted())
  await server.kill('SIGINT')
  server = await start(dir)
  const asked = "SELECT count(*), count(DISTINCT json_extract_string(raw, '$.id')) FROM millrace.rejects"
  expect(await server.get('/v1/ledger')).toMatchObject({
    closes: true,
    streams: [{ pending: 0, duplicate: expect.any(Number) }],
  })
  const [[all, distinct] = []] = (await ask(asked)) ?? []
  // the id of a reject is free: sent again, it is refused again
  expect(distinct).toBe(acknowledged.length - good.length)
  expect(Number(all)).toBeGreaterThanOrEqual(Number(distinct))
  expect((await ask('SELECT id FROM events ORDER BY id'))?.map(([id]) => id)).toEqual(good.toSorted())
  await server.kill('SIGINT')
})
