import { expect, test } from 'vitest'
import { watching } from '../../bench/dashboard.ts'
import { makeShopFile } from '../../bench/harness/shop-file.ts'
import { addingDays } from '../../bench/incremental.ts'
import { beside as sending } from '../../bench/ingest.ts'
import { beside, growing } from '../../bench/load.ts'
import { looking } from '../../bench/lookup.ts'
import { asking } from '../../bench/mart.ts'
import { making } from '../../bench/own-data.ts'
import { soaking } from '../../bench/soak.ts'
import { whyNoSpark } from '../../bench/spark-race.ts'
import { besideTail } from '../../bench/tail-query.ts'
import { underLoad } from '../../bench/visible.ts'
import { tempFolder } from '../temp-folder.ts'

const nobody = () => {}
/** Each is a dozen processes. */
const patience = 300_000

test(
  'load and bare DuckDB do the same work, and are told beside each other',
  async () => {
    const folder = await tempFolder()
    const file = await makeShopFile(`${folder}/shop.csv`, 3000, nobody)
    const said: string[] = []
    const figures = await beside(folder, file, { rounds: 1, layouts: ['by day', 'by day, with ids'] }, (line) =>
      said.push(line),
    )
    expect(figures.map(({ name }) => name)).toEqual(
      ['by day', 'by day, with ids'].flatMap((layout) => [
        `load and two models, ${layout}`,
        `of that the load, ${layout}`,
        `of that the models, ${layout}`,
        `peak memory, ${layout}`,
      ]),
    )
    for (const { value, peer } of figures) expect(Math.min(value, peer?.value ?? 1)).toBeGreaterThan(0)
    expect(said).toHaveLength(8)
  },
  patience,
)

test(
  'ten times the rows are held against a tenth of them',
  async () => {
    const figures = await growing(await tempFolder(), { few: 200, many: 2000 }, nobody)
    expect(figures.map(({ name }) => name)).toEqual([
      '0.002 million rows, load and two models',
      '0.002 million rows against 0.0002 million',
      'peak memory of 0.002 million rows',
    ])
  },
  patience,
)

test(
  'a day at a time leaves what everything anew does',
  async () => {
    const figures = await addingDays(await tempFolder(), { days: 40, rowsPerDay: 50, rounds: 1 }, nobody)
    expect(figures[0]).toMatchObject({ name: 'a day more than 40', unit: 's', peer: { name: 'everything anew' } })
  },
  patience,
)

test(
  'events are sent to a server and to one that only appends, and each is read back',
  async () => {
    const way = { name: 'events', connections: 2, depth: 2, perRequest: 5, bar: 1 }
    const figures = await sending(await tempFolder(), way, 0.3, nobody)
    expect(figures).toMatchObject([
      { name: 'events', unit: 'rows/s', peer: { name: 'append and sync' } },
      { name: 'events, answered, p99', unit: 'ms' },
    ])
    for (const { value, peer } of figures) expect(Math.min(value, peer?.value ?? 1)).toBeGreaterThan(0)
  },
  patience,
)

test(
  'what is acknowledged is asked for at once, and answers are timed beside queries',
  async () => {
    const figures = await underLoad(await tempFolder(), { perSecond: 400, seconds: 0.3, rounds: 1 }, nobody)
    expect(figures.map(({ name, bar }) => [name, bar])).toEqual([
      ['acknowledged to visible, p50', undefined],
      ['acknowledged to visible, p99', 60],
      ['acknowledged beside four query streams, p99', 25],
    ])
    for (const { value } of figures) expect(value).toBeGreaterThan(0)
  },
  patience,
)

test(
  'a query of a table is timed with a tail and without',
  async () => {
    const [figure] = await besideTail(await tempFolder(), { rows: 310, tail: 100, rounds: 1 }, nobody)
    expect(figure).toMatchObject({ name: 'with a tail of 100', peer: { name: 'without' } })
    expect(figure?.bar).toBe(1.1 * (figure?.peer?.value ?? 0))
  },
  patience,
)

test('without PySpark there is no race, and it says why', () => {
  expect(whyNoSpark('/nowhere/python')).toMatch(
    /^skipped: it needs PySpark 4\.2 .* there is no \/nowhere\/python; .*pip install/,
  )
})

test(
  'a mart has what was acknowledged, while events come',
  async () => {
    const figures = await asking(await tempFolder(), { seconds: 1, rowsPerDay: 500, perSecond: 100 }, nobody)
    expect(figures[0]).toMatchObject({ name: 'a mart over a live day, p95', bar: 150 })
  },
  patience,
)

test(
  'rows are looked up beside a map',
  async () => {
    const figures = await looking(await tempFolder(), { rows: 500, seconds: 0.3 }, nobody)
    for (const { value, peer } of figures) expect(Math.min(value, peer?.value ?? 1)).toBeGreaterThan(0)
  },
  patience,
)

test(
  'what grows is told, and every event is there once',
  async () => {
    const figures = await soaking(await tempFolder(), { seconds: 2, perSecond: 500 }, nobody)
    expect(figures.map(({ name }) => name)).toContain('memory of both processes, at the end')
    for (const { value } of figures.slice(1, 6)) expect(value).toBeGreaterThan(0)
  },
  patience,
)

test(
  'an event is waited for by one who looks at a dashboard, and many who look are held against one',
  async () => {
    const sizes = { rows: 3100, events: 2, viewers: 6, filters: 2, seconds: 1.5, perSecond: 50 }
    const figures = await watching(await tempFolder(), sizes, nobody)
    expect(figures.map(({ name, bar }) => [name, bar])).toMatchObject([
      ['an event on the page, p95', 1000],
      ['an event on the page, p50', undefined],
      ['queries a second of 6 viewers', expect.any(Number)],
      ['queries a second of 6 viewers, 2 filters', expect.any(Number)],
      ['memory of both processes, at most', 600],
    ])
    for (const { value, peer } of figures) expect(Math.min(value, peer?.value ?? 1)).toBeGreaterThan(0)
  },
  patience,
)

test(
  'a file is made a project, with all its rows',
  async () => {
    const folder = await tempFolder()
    const file = await makeShopFile(`${folder}/shop.csv`, 3000, nobody)
    const figures = making(folder, file, { rounds: 1 }, nobody)
    expect(figures.map(({ name }) => name)).toEqual([
      'init --from',
      'of that the inference',
      'processor time',
      'peak memory',
    ])
    for (const { value } of figures) expect(value).toBeGreaterThan(0)
  },
  patience,
)
