import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { BuildsAnswer } from '../../src/api/models.ts'
import { type RunView, runView } from '../../src/api/runs.ts'
import { openLive } from '../../src/project/live.ts'
import { openProject } from '../../src/project/open.ts'
import { openBuilds } from '../../src/server/builds.ts'
import { projectViews } from '../../src/server/views.ts'
import { context } from '../cli/project-folder.ts'
import { tempFolder } from '../temp-folder.ts'
import { type Started, startProcess } from './started.ts'

const config = `import { defineProject, stream } from 'millrace'
export default defineProject({ name: 'shop', streams: { events: stream({ columns: { n: 'bigint' } }) } })`

async function folder(models: Readonly<Record<string, string>>): Promise<string> {
  const dir = await tempFolder()
  mkdirSync(join(dir, 'models'))
  writeFileSync(join(dir, 'millrace.config.ts'), config)
  for (const [name, text] of Object.entries(models)) writeFileSync(join(dir, `models/${name}.sql`), text)
  return dir
}

const chain = {
  first: '/* kind: table */ SELECT n FROM events',
  second: '/* kind: table */ SELECT n + 1 AS n FROM first',
}

test.each([
  ['before', 0],
  ['after', 0],
  ['before', 1],
  ['after', 1],
] as const)(
  'a run that is cancelled within a commit, %s its entry is there, tells of what was committed: version %i',
  async (moment, version) => {
    const dir = await folder(chain)
    await using project = await openProject(dir, { access: 'write', command: 'test' })
    await using live = await openLive(project, context)
    await using builds = openBuilds(live, {}, context)
    const views = projectViews(live)
    const bring = () => live.take('events', Buffer.from('[{"n":1}]'), { lines: false })
    await bring()
    if (version > 0) {
      await builds.ended((await builds.start({}, 'a test', context)).id, context)
      await bring()
    }
    const { store } = project.lake
    const put = store.put.bind(store)
    let run: RunView | undefined
    let ending: Promise<RunView> | undefined
    store.put = async (path, body, options) => {
      const isIt = path === `first/_delta_log/0000000000000000000${version}.json` && run !== undefined
      if (isIt && moment === 'before') ending = builds.cancel(run?.id ?? '')
      const outcome = await put(path, body, options)
      if (isIt && moment === 'after') ending = builds.cancel(run?.id ?? '')
      return outcome
    }
    run = await builds.start({}, 'a test', context)
    await builds.ended(run.id, context)
    expect(await ending).toMatchObject({
      outcome: 'cancelled',
      error: { code: 'RUN_CANCELLED' },
      models: [
        { model: 'first', outcome: 'built', version, rows_added: version + 1 },
        { model: 'second', outcome: 'cancelled' },
      ],
    })
    // what was written down is what is there
    expect(builds.get(run.id)).toEqual(await ending)
    const of = (name: string) => views.builds({ name, limit: 9, allowed: 'all' }, context)
    expect((await of('first'))[0]).toMatchObject({ version, rows_added: version + 1, by: 'a test' })
    expect((await of('second')).length).toBe(version)
    // and the rest is built by the next
    const next = await builds.start({}, 'a test', context)
    expect(await builds.ended(next.id, context)).toMatchObject({
      outcome: 'done',
      models: [
        { model: 'first', outcome: 'current' },
        { model: 'second', outcome: 'built', version },
      ],
    })
  },
)

/** Takes minutes, and is stopped within them. */
const slow =
  '/* kind: table */ SELECT count(*) AS n FROM first, range(1000000) a(i), range(1000000) b(j) WHERE i * j >= n'

/** A server that builds, within the second of two models. */
async function building(dir: string): Promise<{ readonly server: Started; readonly id: string }> {
  const server = await startProcess(dir)
  await fetch(`${server.url}/v1/streams/events`, { method: 'POST', body: '[{"n":1}]' })
  const begun = await fetch(`${server.url}/v1/runs`, { method: 'POST' })
  const { id } = (await begun.json()) as { readonly id: string }
  const isThere = async () => runView.parse(await server.get(`/v1/runs/${id}`)).models[0]?.outcome
  await expect.poll(isThere, { timeout: 60_000 }).toBe('built')
  return { server, id }
}

test.each([
  { signal: 'SIGTERM', outcome: 'cancelled', code: 'RUN_STOPPED', ended: true },
  { signal: 'SIGKILL', outcome: 'lost', code: undefined, ended: false },
] as const)(
  'a server that ends by $signal within a build tells afterwards what has become of it',
  async ({ signal, outcome, code, ended }) => {
    const dir = await folder({ first: chain.first, second: slow })
    const { server, id } = await building(dir)
    await server.kill(signal)
    const again = await startProcess(dir)
    const run = runView.parse(await again.get(`/v1/runs/${id}`))
    expect([run.outcome, run.error?.code, run.ended_at !== null, run.doing]).toEqual([outcome, code, ended, null])
    const built = (await again.get('/v1/models/first/builds')) as BuildsAnswer
    expect(built.builds).toMatchObject([{ version: 0, rows_added: 1 }])
    const told = run.models.map(({ model, outcome: became }) => [model, became])
    // what of a model was not told before a kill, nobody knows
    expect(told).toEqual([
      ['first', 'built'],
      ['second', ended ? 'cancelled' : 'lost'],
    ])
    expect(run.models[0]).toMatchObject({ action: 'create', version: 0, rows_added: 1 })
    expect(await again.get('/v1/models/second/builds')).toEqual({ builds: [] })
    expect(await again.ask('SELECT outcome FROM millrace.runs')).toEqual([[outcome]])
    // nothing is in the way of the next
    const next = await fetch(`${again.url}/v1/models/first/build?wait=done`, { method: 'POST' })
    expect(await next.json()).toMatchObject({ outcome: 'done', models: [{ outcome: 'current' }] })
    await again.kill('SIGTERM')
  },
)
