import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readQuestions } from '../../src/project/questions.ts'
import { tempFolder } from '../temp-folder.ts'
import { json, millrace } from './terminal.ts'

test('the demo makes a shop, loads it, builds its models and prints them; the second time nothing has changed', async () => {
  const dir = join(await tempFolder(), 'shop')
  const demo = () => millrace(['demo', dir, '--rows', '3000', '--end', '2026-11-20T12:00:00Z'])
  const first = await demo()
  expect(first).toMatchObject({ status: 0, stderr: '' })
  expect(first.stdout).toContain('Made 3,000 events of a shop')
  expect(first.stdout).toContain('history: 3,000 rows from 31 files into events')
  expect(first.stdout).toContain('4 models: 4 built.')
  expect(first.stdout).toMatch(/^department_brand +built +create/m)
  const second = await demo()
  expect(second.stdout).toContain('history: nothing has changed; 31 files loaded before.')
  expect(second.stdout).toContain('4 models: 4 current.')
  const answers = (text: string) => text.slice(text.indexOf('What visitors did'))
  expect(answers(second.stdout)).toBe(answers(first.stdout))
  const titles = await readQuestions(dir)
  expect(titles.length).toBeGreaterThan(0)
  for (const { title } of titles) expect(answers(first.stdout)).toContain(title)
  const counted = await millrace([
    'query',
    'SELECT count(*) AS n, count(DISTINCT _day) AS days FROM events',
    '--project',
    dir,
  ])
  expect(json(counted.stdout)).toEqual([{ n: 3000, days: 31 }])
})
