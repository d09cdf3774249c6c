import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { projectFolder } from './project-folder.ts'
import { json, millrace } from './terminal.ts'

const byDay = `/*
kind: incremental
time: day
grain: day
checks: { expr: { cheap: revenue < 100 } }
*/
SELECT CAST("at" AT TIME ZONE 'UTC' AS DATE) AS day, count(*) AS events, CAST(sum(price) AS DECIMAL(12, 2)) AS revenue FROM events GROUP BY day
`

test('plan says what is stale and why, run builds exactly that, and then nothing is left', async () => {
  const dir = await projectFolder()
  mkdirSync(join(dir, 'models'))
  writeFileSync(join(dir, 'models/by_day.sql'), byDay)
  const shown = async (...args: string[]) => {
    const { status, stdout, stderr } = await millrace([...args, '--project', dir], { columns: 120 })
    expect([status, stderr.includes('error')]).toEqual([0, false])
    return stripVTControlCharacters(stdout)
  }
  const first = await shown('plan')
  expect(first).toMatch(/^by_day +create +never built +— +—$/m)
  expect(first).toContain('What is loaded into events is built after it, and is not counted above.')
  await millrace(['load', '--max-rejects', '1', '--project', dir])
  expect(await shown('run')).toMatch(/^by_day +built +create +0 +1 +0 +\d+ ms$/m)
  expect(await shown('plan')).toContain('Nothing to do.')
  const [, model] = json((await millrace(['table', 'ls', '--project', dir])).stdout).slice(-2)
  expect(model).toMatchObject({ table: 'by_day', kind: 'model', rows: 1 })

  writeFileSync(join(dir, 'data/more.csv'), 'at,type,price,user_id\n2026-01-08T09:00:00Z,view,1,7\n')
  await millrace(['load', '--project', dir])
  const late = await shown('plan')
  expect(late).toMatch(/^by_day +interval 2026-01-08 +events: version 1 → 2 \(WRITE\) +1 file, [\d.]+ kB +—$/m)
  expect(late).toContain('1 model to build, 0 current: 1 row to read, 0 to rewrite.')
  expect(await shown('build')).toMatch(/^by_day +built +interval 2026-01-08 +1 +1 +0 +\d+ ms$/m)
  expect(await shown('build')).toBe('1 model: 1 current.\n')

  appendFileSync(join(dir, 'models/by_day.sql'), "HAVING count(*) > 0 AND min(type) <> 'x'\n")
  expect(await shown('plan')).toMatch(/^by_day +rebuild +the model has changed +2 files, /m)
})

test('a check that fails blocks the build, is told with its code, and leaves the table', async () => {
  const dir = await projectFolder()
  mkdirSync(join(dir, 'models'))
  writeFileSync(join(dir, 'models/by_day.sql'), byDay)
  await millrace(['load', '--max-rejects', '1', '--project', dir])
  expect(await millrace(['build', '--project', dir])).toMatchObject({ status: 0, stderr: '' })
  writeFileSync(join(dir, 'data/more.csv'), 'at,type,price,user_id\n2026-01-08T09:00:00Z,view,1000,7\n')
  const { status, stdout, stderr } = await millrace(['run', '--project', dir])
  expect(status).toBe(1)
  expect(json(stdout).at(-1)).toMatchObject({ model: 'by_day', outcome: 'blocked' })
  expect(JSON.parse(stderr)).toMatchObject({ code: 'CHECK_FAILED' })
  expect(json((await millrace(['table', 'show', 'by_day', '--project', dir])).stdout)[0]).toMatchObject({ version: 0 })
})
