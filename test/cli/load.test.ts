import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { projectFolder } from './project-folder.ts'
import { json, millrace } from './terminal.ts'

test('load takes the new files of the sources, and the second time says that nothing has changed', async () => {
  const dir = await projectFolder()
  const first = await millrace(['load', '--max-rejects', '50%', '--project', dir])
  expect(first.status).toBe(0)
  expect(json(first.stdout)).toEqual([
    expect.objectContaining({
      table: 'events',
      file: 'data/events.csv',
      outcome: 'loaded',
      lines: 4,
      stored: 2,
      rejected: 1,
    }),
  ])
  const again = await millrace(['load', '--project', dir], { columns: 80 })
  expect(again.status).toBe(0)
  expect(stripVTControlCharacters(again.stdout)).toBe('history: nothing has changed; 1 file loaded before.\n')
})

test('a file with too many rejects is refused, told why, and nothing of it is loaded', async () => {
  const dir = await projectFolder()
  const { status, stdout } = await millrace(['load', '--project', dir])
  expect(status).toBe(1)
  expect(json(stdout)).toEqual([
    expect.objectContaining({ outcome: 'refused', note: expect.stringContaining('REJECTS_OVER_LIMIT') }),
  ])
  const shown = await millrace(['load', '--project', dir], { columns: 120 })
  expect(stripVTControlCharacters(shown.stderr)).toContain('hint:  nothing of it was loaded; check delimiter')
})

test('files on the command line go into the table that is named, read as its source is', async () => {
  const dir = await projectFolder()
  const file = join(dir, 'one.csv')
  writeFileSync(file, 'at,type,price,user_id\n2026-01-07T09:00:00Z,cart,1,7\n')
  const { stdout } = await millrace(['load', 'events', file, '--project', dir])
  expect(json(stdout)).toEqual([expect.objectContaining({ file: 'one.csv', outcome: 'loaded', stored: 1 })])
  copyFileSync(file, join(dir, 'data/copy.csv'))
  const later = json((await millrace(['load', '--max-rejects', '1', '--project', dir])).stdout)
  expect(later.map(({ file, outcome, note }) => [file, outcome, note])).toEqual([
    ['data/copy.csv', 'skipped', 'the same content as one.csv'],
    ['data/events.csv', 'loaded', null],
  ])
})

test('an unknown target and a missing file are told', async () => {
  const dir = await projectFolder()
  const unknown = await millrace(['load', 'evnts', 'x.csv', '--project', dir])
  expect(JSON.parse(unknown.stderr)).toMatchObject({ code: 'NAME_UNKNOWN', hint: 'did you mean `events`?' })
  const missing = await millrace(['load', 'events', join(dir, 'x.csv'), '--project', dir])
  expect([missing.status, JSON.parse(missing.stderr).code]).toEqual([1, 'FILE_NOT_FOUND'])
  const alone = await millrace(['load', 'events', '--project', dir])
  expect([alone.status, JSON.parse(alone.stderr).code]).toEqual([2, 'USAGE'])
})

test('a source that finds nothing is a row of the result and a warning, on a terminal the warning', async () => {
  const dir = await projectFolder()
  rmSync(join(dir, 'data/events.csv'))
  const note = 'no file matches data/*.csv'
  const piped = await millrace(['load', '--project', dir])
  expect(piped.status).toBe(0)
  expect(json(piped.stdout)).toMatchObject([{ table: 'events', file: null, outcome: 'no_files', stored: null, note }])
  expect(json(piped.stderr)).toEqual([{ note: `history: ${note}` }])
  const shown = await millrace(['load', '--project', dir], { columns: 80 })
  expect(shown.stdout).toBe('')
  expect(stripVTControlCharacters(shown.stderr)).toBe(`note: history: ${note}\n`)
  const planned = await millrace(['plan', '--project', dir])
  expect(json(planned.stdout)).toMatchObject([{ plan: 'load', table: 'events', action: 'no_files', note }])
  expect(json(planned.stderr)).toEqual([{ note: `history: ${note}` }])
  const given = await millrace(['load', 'events', join(dir, 'other/*.csv'), '--project', dir])
  expect(json(given.stdout)).toMatchObject([
    { outcome: 'no_files', note: `no file matches ${join(dir, 'other/*.csv')}` },
  ])
})

test('the blank project loads as it stands', async () => {
  const dir = await projectFolder()
  const blank = join(dir, 'blank')
  await millrace(['init', blank])
  const { status, stdout } = await millrace(['load', '--project', blank])
  expect(status).toBe(0)
  const lines = readFileSync(join(blank, 'data/events.csv'), 'utf8').trimEnd().split('\n').length
  expect(json(stdout)).toEqual([expect.objectContaining({ lines, stored: lines - 1, rejected: 0 })])
})
