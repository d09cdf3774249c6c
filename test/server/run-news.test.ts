import { expect, test } from 'vitest'
import type { RunsTold } from '../../src/api/changes.ts'
import { runsTold } from '../../src/api/changes.ts'
import { RunReport } from '../../src/project/run-report.ts'
import { type RunBook, type RunRecord, runBook } from '../../src/project/runs.ts'
import { RunNews } from '../../src/server/run-news.ts'
import { context } from '../cli/project-folder.ts'
import { tempFolder } from '../temp-folder.ts'
import { eventsOf } from './events-of.ts'
import { oneStream as config, serveProject } from './project-server.ts'

const access = {
  admin: ['root'],
  write: [],
  read: [{ name: 'board', token: 'reads', tables: 'all', dashboards: 'all' }],
} as const

/** What is told of runs, as it comes, until one has ended. */
function heardRuns(response: Response) {
  const runs: RunsTold['runs'] = []
  const hear = async () => {
    for await (const { event, data } of eventsOf(response)) {
      if (event !== 'runs') continue
      runs.push(...runsTold.parse(data).runs)
      if (runs.at(-1)?.ended_at != null) return
    }
  }
  return { runs, ended: hear() }
}

test('all who may build are told of a run as it begins, goes on and ends, whoever reads tables is not', async () => {
  const served = await serveProject(
    { 'millrace.config.ts': config, 'models/total.sql': '/* kind: table */ SELECT sum(n)::bigint AS n FROM events' },
    { access, feed: { everyMs: 5 } },
  )
  const { call, live, server } = served
  await call('/v1/streams/events', { method: 'POST', body: '[{"id":"a","n":1}]', token: 'root' })
  const listen = (token: string) => fetch(`${server.url}/v1/changes`, { headers: { authorization: `Bearer ${token}` } })
  const reader = eventsOf(await listen('reads'))
  const [first, second] = [heardRuns(await listen('root')), heardRuns(await listen('root'))]
  const held = Promise.withResolvers<void>()
  const { models } = live
  live.models = async (context) => {
    await held.promise
    return models(context)
  }
  const begun = (await call('/v1/models/total/build', { method: 'POST', token: 'root' })).json
  // who comes later is told of what is under way
  const late = heardRuns(await listen('root'))
  const listeners = [first, second, late]
  await expect.poll(() => listeners.every(({ runs }) => runs.length > 0)).toBe(true)
  held.resolve()
  await Promise.all(listeners.map(({ ended }) => ended))
  for (const { runs } of listeners) {
    expect(new Set(runs.map(({ id }) => id))).toEqual(new Set([begun.id]))
    expect(runs[0]).toMatchObject({ kind: 'build', subject: 'total', outcome: 'running', share: null })
    expect(runs.at(-1)).toMatchObject({ outcome: 'done', summary: '1 built', doing: null, share: 1 })
  }
  // all that is told to the other until it is told of the table
  const told: string[] = []
  for (let each = await reader.next(); !told.at(-1)?.includes('"total":0'); each = await reader.next())
    told.push(JSON.stringify(each.value))
  await reader.return(undefined)
  expect(told.filter((text) => text.includes(begun.id) || text.includes('"runs"'))).toEqual([])
})

const run: RunRecord = {
  id: 'r',
  kind: 'test',
  subject: 'all models',
  by: 'a command line',
  started_at: '2026-01-05T09:00:00.000Z',
  ended_at: null,
  outcome: 'running',
  doing: null,
  summary: null,
  error: null,
  models: [],
}

/** What is told of the runs of a book. */
function newsOf(book: RunBook): RunNews {
  const viewOf = (told: RunRecord) => ({ ...told, cancellable: book.underWay.has(told.id) })
  return new RunNews(() => ({
    underWay: () => [...book.underWay.values()].map(({ view }) => viewOf(view)),
    list: (asked) => ({ runs: book.list(asked).map(viewOf), next: null }),
    get: (id) => viewOf(book.get(id) as RunRecord),
  }))
}

test('runs of other processes are news when what is written down is looked at, and no run is told twice', async () => {
  const folder = await tempFolder()
  const [own, other] = [runBook(folder), runBook(folder)]
  own.put({ ...run, id: 'old', outcome: 'done', started_at: '2026-01-04T09:00:00.000Z' })
  const news = newsOf(own)
  expect(news.begin().map(({ id }) => id)).toEqual(['old'])
  expect(news.running).toEqual([])
  other.put(run)
  expect(news.next(false)).toEqual([])
  expect(news.next(true).map(({ id, outcome }) => [id, outcome])).toEqual([['r', 'running']])
  expect(news.next(true)).toEqual([])
  // its end is seen without looking for others
  other.put({ ...run, outcome: 'done', ended_at: '2026-01-05T09:00:01.000Z' })
  expect(news.next(false).map(({ id, outcome }) => [id, outcome])).toEqual([['r', 'done']])
  expect(news.next(true)).toEqual([])
})

test('how much of a run is done is of its models, and of those under way in part', async () => {
  const own = runBook(await tempFolder())
  const report = new RunReport({ kind: 'test', subject: 'all models', by: 'a test' }, own, context)
  const news = newsOf(own)
  news.begin()
  report.testing(['a', 'b', 'c'])
  report.tested('a', [{ outcome: 'passed', elapsed_ms: 1 }], 1)
  report.note({ kind: 'pulse', type: 'task.progress', task: 'b', done: 1, total: 2, unit: 'tests' })
  expect(news.next(false)).toMatchObject([{ doing: 'b', share: 0.5 }])
  expect(own.get(report.view.id)).toMatchObject({ doing: 'b' })
})
