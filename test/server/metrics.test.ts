import { expect, test } from 'vitest'
import { Durations } from '../../src/server/metrics/tally.ts'
import { Metrics } from '../../src/server/metrics.ts'
import { oneStream as config, serveProject } from './project-server.ts'

const access = {
  admin: ['root'],
  write: [],
  read: [
    { name: 'board', token: 'reads', tables: ['events'] },
    { name: 'scraper', token: 'scrapes', tables: 'all' as const },
  ],
}

/** Samples by their names and labels; a line that is none, or that is there twice, fails. */
function samplesOf(text: string): ReadonlyMap<string, number> {
  const samples = new Map<string, number>()
  const typed = new Set<string>()
  for (const line of text.trimEnd().split('\n')) {
    const [, type] = /^# TYPE (\w+) (?:counter|gauge|histogram)$/.exec(line) ?? []
    if (type !== undefined) typed.add(type)
    if (line.startsWith('# ')) continue
    const [, key = '', value = ''] = /^(\w+(?:\{(?:\w+="(?:[^"\\\n]|\\.)*",?)*\})?) (\S+)$/.exec(line) ?? []
    if (key === '' || samples.has(key) || !Number.isFinite(Number(value))) throw new Error(line)
    const name = key.replace(/\{.*/, '')
    if (!typed.has(name) && !typed.has(name.replace(/_(bucket|sum|count)$/, ''))) throw new Error(`untyped: ${line}`)
    samples.set(key, Number(value))
  }
  return samples
}

test('what the server has done is told as Prometheus reads it', async () => {
  const metrics = new Metrics()
  const on = await serveProject({ 'millrace.config.ts': config }, { access, metrics })
  const send = (events: unknown) =>
    on.call('/v1/streams/events', { method: 'POST', body: JSON.stringify(events), token: 'root' })
  await send([
    { id: 'a', n: 1 },
    { id: 'a', n: 1 },
    { id: 'b', n: 'x' },
  ])
  await send([{ id: 'a', n: 2 }])
  await on.call('/v1/nothing-of-the-kind')
  const before = samplesOf((await on.call('/metrics', { token: 'scrapes' })).text)
  const stream = (name: string) => before.get(`millrace_stream_${name}{stream="events"}`)
  expect({
    received: stream('received_total'),
    accepted: stream('accepted_total'),
    duplicates: stream('duplicates_total'),
    rejected: stream('rejected_total'),
    conflicts: stream('conflicts_total'),
    waiting: stream('waiting_records'),
    limit: stream('waiting_records_limit'),
    trouble: stream('in_trouble'),
  }).toEqual({
    received: 4,
    accepted: 1,
    duplicates: 1,
    rejected: 2,
    conflicts: 1,
    waiting: 3,
    limit: 2_000_000,
    trouble: 0,
  })
  expect(stream('unflushed_bytes')).toBeGreaterThan(0)
  const requests = (route: string, status: number, method = 'POST') =>
    before.get(`millrace_http_requests_total{method="${method}",route="${route}",status="${status}"}`)
  expect([requests('/v1/streams/:name', 207), requests('none', 404, 'GET')]).toEqual([2, 1])
  const latency = (suffix: string) =>
    before.get(`millrace_http_request_seconds_${suffix}{method="POST",route="/v1/streams/:name"}`)
  expect(latency('count')).toBe(2)
  expect(latency('sum')).toBeGreaterThan(0)
  expect(before.get('process_resident_memory_bytes')).toBeGreaterThan(1e6)
  await on.live.flush()
  const after = samplesOf((await on.call('/metrics', { token: 'root' })).text)
  const settled = ['waiting_records', 'stored_total', 'rejected_by_rule_total'].map((name) =>
    after.get(`millrace_stream_${name}{stream="events"}`),
  )
  expect(settled).toEqual([0, 1, 0])
  expect(after.get('millrace_flush_seconds_count{stream="events"}')).toBe(1)
  expect(after.get('millrace_commits_total{table="events"}')).toBe(2)
  expect([...after.keys()].filter((key) => key.includes('_millrace/'))).toEqual([])
})

test('who does not read all is told nothing', async () => {
  const { call } = await serveProject({ 'millrace.config.ts': config }, { access })
  expect(await call('/metrics', { token: 'reads' })).toMatchObject({ status: 403, json: { code: 'TOKEN_REFUSED' } })
  expect((await call('/metrics')).status).toBe(401)
})

test('a duration is in every bucket that it fits into', () => {
  const durations = new Durations([0.1, 1])
  for (const seconds of [0.1, 0.5, 2]) durations.note({ a: 'x"\n' }, seconds)
  expect(durations.family('d', '').samples.map(({ suffix, labels, value }) => [suffix, labels?.['le'], value])).toEqual(
    [
      ['_bucket', '0.1', 1],
      ['_bucket', '1', 2],
      ['_bucket', '+Inf', 3],
      ['_sum', undefined, 2.6],
      ['_count', undefined, 3],
    ],
  )
})
