import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readPages } from '../../src/server/pages.ts'
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
const daily = `/*
kind: incremental
time: day
grain: day
checks: { expr: { not_negative: price >= 0 } }
*/
SELECT day, price FROM events`
const board = `title: Shop
tabs:
  - title: General
    tiles:
      - { id: revenue, title: Revenue, chart: number, size: 3x2, value: revenue, sql: SELECT sum(price) AS revenue FROM daily }
      - { id: events, title: Events, chart: number, size: 3x2, value: n, sql: SELECT count(*) AS n FROM events }
`

async function servedShop(files: Readonly<Record<string, string>> = {}) {
  const project = { 'millrace.config.ts': config, 'models/daily.sql': daily, 'dashboards/shop.yaml': board, ...files }
  const served = await serveProject(project, { pages: await readPages(await builtPages()) })
  const post = (path: string, body: object) => served.call(path, { method: 'POST', body: JSON.stringify(body) })
  return { ...served, url: served.server.url, post }
}

test.skipIf(noChromium)(
  'a tile computed from what was never built shows its number, and that its model’s build fails, why, and its run',
  async () => {
    const { url, post } = await servedShop()
    await post('/v1/streams/events', { id: 'a', day: '2026-01-05', price: -7 })
    const run = (await post('/v1/runs?wait=done', {})).json
    const page = await openPage()
    await page.goto(`${url}/dashboards/shop/general`)
    const tile = page.getByRole('region', { name: 'Revenue', exact: true })
    await tile.getByText('-7', { exact: true }).waitFor()
    const mark = tile.getByRole('button', { name: /^Build failing for \d+ s$/ })
    await mark.waitFor()
    expect(await page.getByRole('region', { name: 'Events', exact: true }).getByText('failing').count()).toBe(0)
    expect(await barriers(page)).toEqual([])

    await mark.click()
    const builds = page.getByRole('dialog').getByRole('region', { name: 'Builds of daily' })
    await builds.getByText(/^Builds of daily have been kept out by a check since/).waitFor()
    await builds.getByText('every query of it computes all of it').waitFor()
    await builds.getByText('CHECK_FAILED').waitFor()
    expect(await barriers(page)).toEqual([])
    await builds.getByRole('link', { name: 'The last run' }).click()
    const found = page.getByRole('region', { name: /^Run of/ })
    await found.getByText('kept out by a check').waitFor()
    expect(new URL(page.url()).searchParams.get('run')).toBe(run.id)
    expect(await found.count()).toBe(1)
    expect(await barriers(page)).toEqual([])
  },
)

test.skipIf(noChromium)(
  'the list of models and the model’s own page say that its build fails, until it is built',
  async () => {
    const { url, post, project } = await servedShop()
    await post('/v1/streams/events', { id: 'a', day: '2026-01-05', price: -7 })
    const run = (await post('/v1/runs?wait=done', {})).json
    const page = await openPage()
    await page.goto(`${url}/models`)
    const listed = page.getByRole('table', { name: 'Models' })
    const link = listed.getByRole('link', { name: /^Build failing for/ })
    await link.waitFor()
    await page.getByRole('listitem').filter({ hasText: 'daily' }).getByText('failing').waitFor()
    expect(await barriers(page)).toEqual([])
    await link.click()
    await page
      .getByRole('region', { name: /^Run of/ })
      .getByText('kept out by a check')
      .waitFor()
    expect(new URL(page.url()).searchParams.get('run')).toBe(run.id)

    await page.goto(`${url}/models/daily`)
    const builds = page.getByRole('region', { name: 'Builds of daily' })
    await builds.getByText(/^Builds of daily have been kept out by a check since/).waitFor()
    // why is said once, by the run
    await page.getByRole('region', { name: 'Newest run' }).getByText('CHECK_FAILED').waitFor()
    await builds.getByText('CHECK_FAILED').waitFor({ state: 'hidden' })
    expect(await barriers(page)).toEqual([])
    await post('/v1/models/tests?wait=done', {})
    await builds.getByText('CHECK_FAILED').waitFor()
    await builds.getByRole('link', { name: 'The last run' }).waitFor()
    expect(await barriers(page)).toEqual([])

    writeFileSync(join(project.settings.folder, 'models/daily.sql'), `${daily} WHERE price >= 0`)
    await post('/v1/runs?wait=done', {})
    await builds.waitFor({ state: 'hidden' })
  },
)

test.skipIf(noChromium)('the caret of an error stands under the letter it is about, on a phone too', async () => {
  const long = `SELECT day, price, ${Array.from({ length: 8 }, (_, at) => `price * ${at} AS price_${at}`).join(', ')}, prise FROM events`
  const { url } = await servedShop({ 'models/daily.sql': long })
  const page = await openPage({ viewport: { width: 390, height: 844 } }, { expected: /status of 400/ })
  for (const path of ['/models', '/dashboards/shop/general']) {
    await page.goto(url + path)
    await page.locator('main pre').filter({ hasText: 'prise' }).waitFor()
    // it is asked again now and then, and is away for a moment
    const places = () =>
      page.evaluate(`(() => {
        const pre = document.querySelector('main pre')
        const at = pre ? pre.firstChild.data.indexOf('prise') : -1
        if (at < 0) return undefined
        const letter = document.createRange()
        letter.setStart(pre.firstChild, at)
        letter.setEnd(pre.firstChild, at + 1)
        const [over, mark, frame] = [letter, pre.lastElementChild, pre].map((each) => each.getBoundingClientRect())
        return {
          isUnderIt: Math.abs(over.left - mark.left) < 0.5 && mark.top - over.top > 5,
          isInSight: mark.left > frame.left && mark.right < Math.min(frame.right, innerWidth),
        }
      })()`)
    await expect.poll(places, { timeout: 10_000, message: path }).toEqual({ isUnderIt: true, isInSight: true })
    expect(await barriers(page)).toEqual([])
  }
})
