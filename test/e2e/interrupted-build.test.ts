import { globSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../temp-folder.ts'
import { millrace, start, until } from './command-line.ts'

const config = `import { defineProject, files, stream } from 'millrace'

export default defineProject({
  name: 'shop',
  streams: { events: stream({ columns: { moment: 'timestamptz not null', n: 'bigint' }, time: 'moment' }) },
  sources: { history: files('data/*.csv', { into: 'events' }) },
})
`

const daily = `/*
kind: incremental
time: day
grain: day
*/
SELECT CAST(moment AS DATE) AS day, sum(n) AS n FROM events GROUP BY 1`

/** Takes the longer the greater n is: seconds for some thousand. */
const slow = `/*
kind: table
*/
SELECT day, count(*) AS n FROM daily JOIN range(100000) a(i) ON i < n, range(100000) b(j) WHERE i * j >= 0 GROUP BY day`

/** A project that is loaded and built. */
async function builtProject(): Promise<string> {
  const cwd = await tempFolder()
  writeFileSync(join(cwd, 'millrace.config.ts'), config)
  for (const folder of ['data', 'models']) mkdirSync(join(cwd, folder))
  writeFileSync(join(cwd, 'models/daily.sql'), daily)
  writeFileSync(join(cwd, 'models/slow.sql'), slow)
  comes(cwd, 'a.csv', '2026-01-05', 1)
  expect(await millrace(['run'], { cwd })).toMatchObject({ status: 0 })
  return cwd
}

function comes(cwd: string, file: string, day: string, n: number): void {
  writeFileSync(join(cwd, 'data', file), `moment,n\n${day}T09:00:00Z,${n}\n`)
}

async function rowsOf(cwd: string, table: string): Promise<unknown> {
  const { stdout } = await millrace(['query', `SELECT * FROM ${table} ORDER BY day`], { cwd })
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
}

/** What readers and the next build go by: commits and data files. */
const filesOf = (cwd: string, table: string) =>
  globSync([`lake/${table}/_delta_log/*`, `lake/${table}/*.parquet`], { cwd }).toSorted()

/** Runs a command, and interrupts it when it has begun with the second build of the model `slow`: written its intent. */
async function interrupted(cwd: string, command: string): Promise<void> {
  const intent = join(cwd, 'lake/slow/_millrace/builds/2.json')
  const written = () => statSync(intent, { throwIfNoEntry: false })?.ino
  const before = written()
  const { child, ended } = start([command], { cwd })
  await until('a build of slow', () => (written() === before ? undefined : true))
  child.kill('SIGINT')
  const { status, error } = await ended
  expect([status, error.code]).toEqual([1, 'CANCELLED'])
}

test('Ctrl-C in the middle of a model: its table is as before, what was built before it stays, and the next run ends it', async () => {
  const cwd = await builtProject()
  const before = filesOf(cwd, 'slow')
  const first = { day: '2026-01-05', n: 100_000 }
  expect(await rowsOf(cwd, 'slow')).toEqual([first])

  comes(cwd, 'b.csv', '2026-01-06', 3_000)
  await interrupted(cwd, 'run')
  expect(filesOf(cwd, 'slow')).toEqual(before)
  expect(await rowsOf(cwd, 'slow')).toEqual([first])
  const { stdout } = await millrace(['plan'], { cwd })
  const actions = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly model?: string; readonly action: string })
  expect(actions.filter(({ model }) => model).map(({ model, action }) => [model, action])).toEqual([
    ['daily', 'none'],
    ['slow', 'rebuild'],
  ])

  await interrupted(cwd, 'build')
  expect(filesOf(cwd, 'slow')).toEqual(before)
  expect(await millrace(['build'], { cwd })).toMatchObject({ status: 0 })
  expect(await rowsOf(cwd, 'slow')).toEqual([first, { day: '2026-01-06', n: 300_000_000 }])
  expect(await rowsOf(cwd, 'daily')).toEqual([
    { day: '2026-01-05', n: 1 },
    { day: '2026-01-06', n: 3_000 },
  ])
})
