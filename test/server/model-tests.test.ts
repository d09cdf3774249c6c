import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runView } from '../../src/api/runs.ts'
import { testsAnswer } from '../../src/api/tests.ts'
import { testModels } from '../../src/project/testing.ts'
import { context } from '../cli/project-folder.ts'
import { serveProject } from './project-server.ts'

const files = {
  'millrace.config.ts': `import { defineProject, stream } from 'millrace'
export default defineProject({ name: 'shop', streams: { events: stream({ columns: { n: 'bigint', price: 'decimal(12,2)' } }) } })`,
  'models/dear.sql': 'SELECT n, price FROM events WHERE price > 5',
  'models/total.sql': '/* kind: table */ SELECT sum(n)::bigint AS n, max(1 // 1)::bigint AS one FROM dear',
  'tests/total/sums.yaml':
    'given:\n  events: [{ n: 9007199254740993, price: 6 }, { n: 1, price: 5 }]\nexpect: [{ n: 9007199254740993, one: 1 }]\n',
  'tests/dear/keeps.yaml':
    'given:\n  events: [{ n: 1, price: 6 }, { n: 2, price: 7 }]\nexpect:\n  - { n: 1, price: 6 }\n  - { n: 2, price: 8 }\n  - { n: 3, price: 9 }\n',
}
const access = {
  admin: ['root'],
  write: [],
  read: [
    { name: 'one', token: 'dear-alone', tables: ['dear'] },
    { name: 'both', token: 'with-events', tables: ['dear', 'events'] },
  ],
}

test('a test tells what became of it when it was last run, and that it has changed since', async () => {
  const { call, live, project } = await serveProject(files, { access })
  const told = async (token = 'root') => testsAnswer.parse((await call('/v1/models/tests', { token })).json).tests
  const run = (select: readonly string[] = []) =>
    testModels(live.project, { select, by: 'a test' }, context, async () => undefined)
  expect(await told()).toEqual([
    { model: 'dear', name: 'keeps', file: 'tests/dear/keeps.yaml', waiting: false, last: null },
    { model: 'total', name: 'sums', file: 'tests/total/sums.yaml', waiting: false, last: null },
  ])
  expect(await run()).toMatchObject({ failed: 1 })
  const [dear, total] = await told()
  expect(total?.last).toMatchObject({ outcome: 'passed', changed: false, rows: [], error: null })
  expect(dear?.last).toMatchObject({
    outcome: 'failed',
    differences: 2,
    columns: [
      { name: 'n', type: 'bigint' },
      { name: 'price', type: 'decimal(12,2)' },
    ],
    rows: [
      { what: 'expected', line: 5, values: ['2', '8.00'], differs: [1] },
      { what: 'got', line: null, values: ['2', '7.00'], differs: [1] },
      { what: 'missing', line: 6, values: ['3', '9.00'], differs: [] },
    ],
    rows_left_out: 0,
  })
  // rows of a test are for whoever may see what the model reads
  expect([await told('dear-alone'), (await told('with-events')).map(({ name }) => name)]).toEqual([[], ['keeps']])

  const { json } = await call('/v1/runs', { token: 'root' })
  expect(json.runs).toMatchObject([
    { kind: 'test', subject: 'the tests of all models', outcome: 'failed', summary: '1 of 2 tests passed' },
  ])
  const sql = 'SELECT model, test, outcome, differences, run FROM millrace.tests ORDER BY model'
  const rows = await call('/v1/query', { method: 'POST', body: JSON.stringify({ sql }), token: 'root' })
  expect(rows.json.rows).toEqual([
    ['dear', 'keeps', 'failed', 2, json.runs[0].id],
    ['total', 'sums', 'passed', 0, json.runs[0].id],
  ])

  // a model is tested over those that it is made from
  const { folder } = project.settings
  writeFileSync(join(folder, 'models/dear.sql'), 'SELECT n, price FROM events WHERE price >= 5')
  await expect.poll(async () => (await told()).map(({ last }) => last?.changed)).toEqual([true, true])
  await run(['total'])
  expect((await told()).map(({ last }) => [last?.outcome, last?.changed])).toEqual([
    ['failed', true],
    ['failed', false],
  ])
  writeFileSync(join(folder, 'tests/total/sums.yaml'), `${files['tests/total/sums.yaml']}# mended\n`)
  expect((await told())[1]?.last?.changed).toBe(true)
})

test('tests that cannot be read are a run that has failed, with the line', async () => {
  const { call, live } = await serveProject({ ...files, 'tests/total/bad.yaml': 'expect: 5\n' }, { access })
  const asked = { select: [], by: 'a test' }
  await expect(testModels(live.project, asked, context, async () => undefined)).rejects.toThrow()
  const { json } = await call('/v1/runs', { token: 'root' })
  expect(json.runs).toMatchObject([{ outcome: 'failed', error: { code: 'TEST_INVALID' } }])
  expect(json.runs[0].error.message).toContain('tests/total/bad.yaml:1')
})

test('whoever may build runs the tests of one model or of all, and the run says which failed', async () => {
  const { call } = await serveProject(files, { access })
  const begin = (body: object, path = '/v1/models/tests?wait=done', token = 'root') =>
    call(path, { method: 'POST', body: JSON.stringify(body), token })
  const one = await begin({ select: ['total'] })
  expect(one.status).toBe(200)
  expect(runView.parse(one.json)).toMatchObject({
    kind: 'test',
    subject: 'the tests of total',
    by: 'an admin',
    outcome: 'done',
    summary: '1 of 1 tests passed',
    models: [{ model: 'total', outcome: 'passed', error: null, version: null }],
  })
  const all = runView.parse((await begin({})).json)
  expect(all).toMatchObject({
    subject: 'the tests of all models',
    outcome: 'failed',
    error: null,
    models: [
      { model: 'dear', outcome: 'failed', error: { code: 'TEST_FAILED', message: '1 of 1 tests failed' } },
      { model: 'total', outcome: 'passed' },
    ],
  })
  const { tests } = testsAnswer.parse((await call('/v1/models/tests', { token: 'root' })).json)
  expect(tests.map(({ last }) => last?.outcome)).toEqual(['failed', 'passed'])
  // what is wrong with the choice is no run
  expect(await begin({ select: ['totl'] })).toMatchObject({ status: 404, json: { code: 'NAME_UNKNOWN' } })
  expect(await begin({ select: ['changed'] })).toMatchObject({ status: 400, json: { code: 'USAGE' } })
  expect((await call('/v1/runs', { token: 'root' })).json.runs).toHaveLength(2)
})

test('what became of a test is told while others are run; these are cancelled between two', async () => {
  const more = { 'tests/total/none.yaml': 'given:\n  events: []\nexpect: []\n' }
  const { call, live } = await serveProject({ ...files, ...more }, { access })
  const begin = (path: string) => call(path, { method: 'POST', token: 'root' })
  const { engine } = live.project.lake
  const run = engine.run.bind(engine)
  const [began, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let times = 0
  engine.run = async (query, own) => {
    // of the model that has two tests, the second
    if (query.sql.includes('sum(n)') && ++times === 2) {
      began.resolve()
      await held.promise
    }
    return run(query, own)
  }
  const told = async () => testsAnswer.parse((await call('/v1/models/tests', { token: 'root' })).json).tests
  const first = await begin('/v1/models/tests')
  expect([first.status, first.json.outcome]).toEqual([202, 'running'])
  await began.promise
  const busy = await begin('/v1/runs')
  expect([busy.status, busy.json.code, busy.headers.get('retry-after')]).toEqual([409, 'RUN_BUSY', '1'])
  expect((await begin('/v1/models/tests')).json.message).toBe('a run is under way: the tests of all models')
  const path = `/v1/runs/${first.json.id}`
  expect((await call(path, { token: 'root' })).json).toMatchObject({
    outcome: 'running',
    doing: 'total',
    models: [
      { model: 'dear', outcome: 'failed', error: { message: '1 of 1 tests failed' } },
      { model: 'total', outcome: 'running', share: 0.5, error: { message: '1 of 2 tests failed' } },
    ],
  })
  const outcomes = async () => (await told()).map(({ name, last, waiting }) => [name, last?.outcome, waiting])
  expect(await outcomes()).toEqual([
    ['keeps', 'failed', false],
    ['none', 'failed', false],
    ['sums', undefined, true],
  ])
  const ended = call(path, { method: 'DELETE', token: 'root' })
  held.resolve()
  expect((await ended).json).toMatchObject({
    outcome: 'cancelled',
    error: { code: 'RUN_CANCELLED' },
    models: [{ outcome: 'failed' }, { outcome: 'cancelled' }],
  })
  // what was found by then is kept, and nothing waits any more
  expect(await outcomes()).toEqual([
    ['keeps', 'failed', false],
    ['none', 'failed', false],
    ['sums', undefined, false],
  ])
})
