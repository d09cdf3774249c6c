import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MillraceError } from '../../src/core/errors.ts'
import { runBook } from '../../src/project/runs.ts'
import { testModels } from '../../src/project/testing.ts'
import { readPages } from '../../src/server/pages.ts'
import { context } from '../cli/project-folder.ts'
import { serveProject } from '../server/project-server.ts'
import { builtPages } from '../ui/built.ts'
import { noChromium } from './chromium.ts'
import { barriers, openPage } from './faultless-page.ts'

const config = `import { defineProject, stream } from 'millrace'
export default defineProject({
  name: 'shop',
  streams: { events: stream({ columns: { id: 'varchar', day: 'date', price: 'bigint' }, id: 'id', time: 'day' }) },
})
`
const models = {
  'models/daily.sql': '/*\nkind: incremental\ntime: day\ngrain: day\n*/\nSELECT day, price FROM events',
  'models/totals.sql': '/*\nkind: table\nchecks: { expr: { not_negative: price >= 0 } }\n*/\nSELECT price FROM daily',
  'models/shown.sql': 'SELECT price FROM totals',
}

async function servedModels(files: Readonly<Record<string, string>> = {}) {
  const served = await serveProject(
    { 'millrace.config.ts': config, ...models, ...files },
    { pages: await readPages(await builtPages()) },
  )
  const send = async (event: object) => {
    await served.call('/v1/streams/events', { method: 'POST', body: JSON.stringify(event) })
    await served.live.flush()
  }
  return { ...served, url: served.server.url, send }
}

test.skipIf(noChromium)(
  'models are drawn and listed with what they read and how they are, and lead to their SQL',
  async () => {
    const { url } = await servedModels()
    const page = await openPage()
    await page.goto(`${url}/models`)
    await page.getByText('3 models, 2 to build').waitFor()
    const nodes = page.locator('main ul').getByRole('listitem')
    await expect
      .poll(async () => (await nodes.allInnerTexts()).map((text) => text.replace(/\s+/g, ' ')))
      .toEqual(['events input', 'daily incremental never built', 'totals table never built', 'shown view'])
    expect(await page.getByRole('table', { name: 'Models' }).innerText()).toMatch(/shown\s+view\s+view\s+totals/)
    expect(await barriers(page)).toEqual([])
    await page.getByRole('table', { name: 'Models' }).getByRole('link', { name: 'totals' }).click()
    await page.getByText('SELECT price FROM daily').waitFor()
    expect(await barriers(page)).toEqual([])
  },
)

test.skipIf(noChromium)('a model is built on its page with what hangs on it, and is current', async () => {
  const { url, send } = await servedModels()
  await send({ id: 'a', day: '2026-01-05', price: 7 })
  const page = await openPage()
  await page.goto(`${url}/models/daily`)
  const state = page.getByRole('region', { name: 'State of daily' })
  await state.getByText('never built').waitFor()
  await page.getByRole('button', { name: 'Build with what hangs on it' }).click()
  await state.getByText('current').waitFor()
  const run = page.getByRole('region', { name: 'Newest run' })
  await run.getByText('Built', { exact: true }).waitFor()
  expect(await run.getByRole('listitem').allInnerTexts()).toEqual([
    expect.stringMatching(/daily\s+create: 1 row in, version 0/),
    expect.stringMatching(/totals\s+create: 1 row in, version 0/),
  ])
  expect(await barriers(page)).toEqual([])

  await send({ id: 'b', day: '2026-01-06', price: 8 })
  await state.getByText('1 day to make anew: 2026-01-06').waitFor()
  await state.getByText('events: version 1 → 2 (WRITE)').waitFor()
  await page.goto(`${url}/models`)
  await page.getByRole('button', { name: 'Build what is stale' }).click()
  await page.getByText('3 models, nothing to build').waitFor()
  await page.getByRole('link', { name: 'Runs' }).click()
  await expect.poll(() => page.getByRole('region', { name: /^Run of/ }).count()).toBe(2)
  expect(await barriers(page)).toEqual([])
})

test.skipIf(noChromium)('a check that keeps rows out is shown with what it found, and leads to the rows', async () => {
  const { url, send } = await servedModels()
  await send({ id: 'a', day: '2026-01-05', price: -7 })
  const page = await openPage()
  await page.goto(`${url}/models/totals`)
  await page.getByRole('button', { name: 'Build', exact: true }).click()
  const run = page.getByRole('region', { name: 'Newest run' })
  await run.getByText('Failed', { exact: true }).waitFor()
  await run.getByText('kept out by a check').waitFor()
  await run.getByText('CHECK_FAILED').waitFor()
  await page.getByText('1 of 1 failed').waitFor()
  await page.getByRole('link', { name: /^Checks/ }).click()
  const row = page.getByRole('table', { name: 'Checks of totals' }).getByRole('row').last()
  await row.getByText('failed, and kept the rows out').waitFor()
  expect(await row.innerText()).toMatch(/not_negative[\s\S]*1 of 1/)
  expect(await barriers(page)).toEqual([])
  await row.getByRole('link', { name: 'See them' }).click()
  await page.getByRole('button', { name: 'Run' }).click()
  await page.getByText('1 row', { exact: true }).waitFor()
  expect(await page.getByRole('table', { name: 'Result' }).locator('[data-row]').allInnerTexts()).toEqual(['-7'])
})

test.skipIf(noChromium)(
  'a test of a model is shown with what it expected and what was found, as it is run',
  async () => {
    const text = (price: number) =>
      `given:\n  daily: [{ price: 7 }, { price: 8 }]\nexpect:\n  - { price: 7 }\n  - { price: ${price} }\n`
    const { url, live } = await servedModels({
      'tests/totals/sums.yaml': text(9),
      'tests/totals/total.yaml': text(8),
    })
    const { engine } = live.project.lake
    const run = engine.run.bind(engine)
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let times = 0
    engine.run = async (query, own) => {
      if (query.sql.includes('SELECT price FROM daily')) await gates[times++]?.promise
      return run(query, own)
    }
    const page = await openPage()
    await page.goto(`${url}/models/totals?tab=tests`)
    const sums = page.getByRole('region', { name: 'Test sums' })
    await sums.getByText('never run').waitFor()
    const tested = testModels(live.project, { select: [], by: 'a command line' }, context, async () => undefined)
    const newest = page.getByRole('region', { name: 'Newest run' })
    await newest.getByText('is tested').waitFor()
    gates[0]?.resolve()
    // told as it arises, while the other is run
    await sums.getByText('failed: 2 rows not as expected').waitFor()
    const total = page.getByRole('region', { name: 'Test total' })
    await total.getByText('waits for its turn').waitFor()
    await newest.getByText('1 of 2 tests failed').waitFor()
    await newest.getByText('is tested').waitFor()
    expect(await barriers(page)).toEqual([])
    gates[1]?.resolve()
    await tested
    expect(await sums.getByRole('table').locator('tbody tr').allInnerTexts()).toEqual([
      expect.stringMatching(/missing, line 5\s+9/),
      expect.stringMatching(/not expected\s+8/),
    ])
    await total.getByText('passed').waitFor()
    await page.getByText('1 of 2 failed').waitFor()
    expect(await barriers(page)).toEqual([])

    // a run that the page has not begun is cancelled on it, as far as it is the server's
    engine.run = async (query, own) => {
      await once(own.signal, 'abort')
      return run(query, own)
    }
    const again = testModels(live.project, { select: [], by: 'a command line' }, context, async () => undefined)
    const cancelled = expect(again).rejects.toMatchObject({ code: 'RUN_CANCELLED' })
    await newest.getByRole('button', { name: 'Cancel' }).click()
    await cancelled
    await newest.getByText('Cancelled', { exact: true }).waitFor()
  },
)

test.skipIf(noChromium)(
  'tests are run from the page, of one model and of all, and tell what came of them',
  async () => {
    const text = (price: number) => `given:\n  daily: [{ price: 7 }]\nexpect: [{ price: ${price} }]\n`
    const { url, live, project } = await servedModels({
      'tests/totals/sums.yaml': text(9),
      'tests/daily/days.yaml': 'given:\n  events: [{ price: 7 }]\nexpect: [{ price: 7 }]\n',
    })
    const { engine } = live.project.lake
    const run = engine.run.bind(engine)
    const held = Promise.withResolvers<void>()
    engine.run = async (query, own) => {
      if (query.sql.includes('SELECT price FROM daily')) await held.promise
      return run(query, own)
    }
    const page = await openPage()
    await page.goto(`${url}/models/totals?tab=tests`)
    const sums = page.getByRole('region', { name: 'Test sums' })
    await sums.getByText('never run').waitFor()
    await page.getByRole('button', { name: 'Run its tests' }).click()
    const newest = page.getByRole('region', { name: 'Newest run' })
    await newest.getByText('is tested').waitFor()
    expect(await page.getByRole('button', { name: 'Running tests' }).isDisabled()).toBe(true)
    expect(await page.getByRole('button', { name: 'Build', exact: true }).isDisabled()).toBe(true)
    await newest.getByRole('button', { name: 'Cancel' }).waitFor()
    expect(await barriers(page)).toEqual([])
    held.resolve()
    await newest.getByText('Failed', { exact: true }).waitFor()
    await newest.getByText('1 of 1 tests failed').waitFor()
    await sums.getByText('failed: 2 rows not as expected').waitFor()
    expect(await sums.getByRole('table').locator('tbody tr').allInnerTexts()).toEqual([
      expect.stringMatching(/missing, line 3\s+9/),
      expect.stringMatching(/not expected\s+7/),
    ])
    expect(await barriers(page)).toEqual([])

    // a test that cannot be read says where
    const file = join(project.settings.folder, 'tests/totals/sums.yaml')
    writeFileSync(file, 'expect: 5\n')
    await page.getByRole('button', { name: 'Run its tests' }).click()
    await newest.getByRole('alert').getByText('tests/totals/sums.yaml:1').waitFor()

    writeFileSync(file, text(7))
    await page.goto(`${url}/models`)
    await page.getByRole('button', { name: 'Run all tests' }).click()
    const listed = page.getByRole('table', { name: 'Models' }).getByText('1 passed', { exact: true })
    await expect.poll(() => listed.count(), { timeout: 60_000 }).toBe(2)
    await newest.getByText('Passed', { exact: true }).waitFor()
    await page.getByRole('link', { name: 'Runs' }).click()
    const last = page.getByRole('region', { name: 'Run of the tests of all models' })
    await last.getByText('Passed', { exact: true }).waitFor()
    await last.getByRole('link', { name: 'totals' }).click()
    await sums.getByText('passed').waitFor()
    expect(await barriers(page)).toEqual([])
  },
)

test.skipIf(noChromium)('a view that reads what is stale has what it reads built, and is live again', async () => {
  const { url, send, call } = await servedModels()
  await send({ id: 'a', day: '2026-01-05', price: 7 })
  await call('/v1/runs?wait=done', { method: 'POST' })
  const page = await openPage()
  await page.goto(`${url}/models/shown`)
  const state = page.getByRole('region', { name: 'State of shown' })
  await state.getByText('every answer is live').waitFor()
  const build = page.getByRole('button', { name: 'Build what it reads' })
  expect(await build.count()).toBe(0)
  await send({ id: 'b', day: '2026-01-06', price: 8 })
  await state.getByText('from totals as of the last build').waitFor()
  await build.click()
  await state.getByText('every answer is live').waitFor()
  await expect.poll(() => build.count()).toBe(0)
  const { json } = await call('/v1/query', { method: 'POST', body: '{"sql":"SELECT sum(price) AS n FROM shown"}' })
  expect(json.rows).toEqual([[15]])
})

test.skipIf(noChromium)(
  'runs of others are shown as they come, and what became of those that were cut short',
  async () => {
    const { url, live } = await servedModels()
    const page = await openPage()
    await page.goto(`${url}/models?tab=runs`)
    await page.getByText('Nothing was run yet.').waitFor()
    const begun = { kind: 'build', subject: 'all models', by: 'a command line', doing: null, summary: null } as const
    const run = { ...begun, started_at: '2026-01-05T09:00:00.000Z', ended_at: null, error: null, models: [] }
    // as another process writes it down
    const others = runBook(live.project.stateFolder)
    others.put({ ...run, id: 'a', outcome: 'running' })
    const first = page.getByRole('region', { name: 'Run of all models' }).last()
    await first.getByText('Waiting for its turn').waitFor()
    await first.getByText('Ctrl-C there ends it').waitFor()
    expect(await first.getByRole('button', { name: 'Cancel' }).count()).toBe(0)
    const step = { share: null, version: null, rows_added: null, rows_removed: null, elapsed_ms: null, error: null }
    const models = [
      { ...step, model: 'daily', outcome: 'built', action: 'create', version: 0, rows_added: 2 },
      { ...step, model: 'totals', outcome: 'lost', action: 'create' },
    ] as const
    others.put({ ...run, id: 'a', outcome: 'lost', models: [...models] })
    await first.getByText('Lost with its process').waitFor()
    expect(await first.getByRole('listitem').allInnerTexts()).toEqual([
      expect.stringMatching(/built\s+daily\s+create: 2 rows in, version 0/),
      expect.stringMatching(/lost\s+totals\s+create/),
    ])
    const { code, message, hint } = new MillraceError('RUN_STOPPED', {})
    const ended = { started_at: '2026-01-05T10:00:00.000Z', ended_at: '2026-01-05T10:00:09.000Z' }
    others.put({ ...run, ...ended, id: 'b', outcome: 'cancelled', error: { code, message, hint } })
    const second = page.getByRole('region', { name: 'Run of all models' }).first()
    await second.getByText('Cancelled', { exact: true }).waitFor()
    expect(await second.getByRole('alert').innerText()).toMatch(
      /server was stopped[\s\S]*what it had built by then stays/,
    )
    expect(await barriers(page)).toEqual([])
  },
)
