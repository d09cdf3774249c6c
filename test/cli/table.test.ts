import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { makeOrders, projectFolder } from './project-folder.ts'
import { millrace } from './terminal.ts'

const json = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

test('ls names what is declared and what else lies in the lake', async () => {
  const dir = await projectFolder()
  await makeOrders(dir)
  const { status, stdout } = await millrace(['table', 'ls', '--project', dir])
  expect(status).toBe(0)
  expect(json(stdout)).toEqual([
    { table: 'events', kind: 'stream', version: null, rows: 0, files: 0, size_bytes: 0, changed: null },
    { table: 'customers', kind: 'table', version: null, rows: 0, files: 0, size_bytes: 0, changed: null },
    expect.objectContaining({ table: 'orders', kind: 'other', version: 2, rows: 4, files: 2 }),
  ])
  const shown = stripVTControlCharacters((await millrace(['table', 'ls', '--project', dir], { columns: 80 })).stdout)
  expect(shown).toMatch(/^table +kind +version +rows +files +size +changed\n/)
  expect(shown).toMatch(/\norders +other +2 +4 +2 +[\d.]+ k?B +\d{4}-\d\d-\d\dT[\d:]+Z\n$/)
})

test('show tells columns and version, now and then', async () => {
  const dir = await projectFolder()
  await makeOrders(dir)
  const [now] = json((await millrace(['table', 'show', 'orders', '--project', dir])).stdout)
  expect(now).toMatchObject({
    table: 'orders',
    folder: join(dir, 'lake/orders'),
    version: 2,
    rows: 4,
    columns: [
      { name: 'id', type: 'bigint not null' },
      { name: 'city', type: 'varchar' },
    ],
  })
  const [then] = json((await millrace(['table', 'show', 'orders', '--at', '1', '--project', dir])).stdout)
  expect(then).toMatchObject({ version: 1, rows: 3 })
})

test('history and diff tell what came, and diff --rows the rows', async () => {
  const dir = await projectFolder()
  await makeOrders(dir)
  const entries = json((await millrace(['table', 'history', 'orders', '--limit', '2', '--project', dir])).stdout)
  expect(entries.map(({ version, rows_added }) => [version, rows_added])).toEqual([
    [2, 1],
    [1, 3],
  ])
  const [diff] = json((await millrace(['table', 'diff', 'orders', '1', '--project', dir])).stdout)
  expect(diff).toMatchObject({ from: 1, to: 2, rows: 1, files_added: 1, files_removed: 0, columns_added: [] })
  const rows = json((await millrace(['table', 'diff', 'orders', '1', '2', '--rows', '--project', dir])).stdout)
  expect(rows).toEqual([{ _change: 'added', id: 4, city: 'Nogales' }])
})

test('a name that is nowhere is told the nearest, a word that is no version what to write', async () => {
  const dir = await projectFolder()
  const unknown = await millrace(['table', 'show', 'evnts', '--project', dir])
  expect(unknown.status).toBe(1)
  expect(JSON.parse(unknown.stderr)).toMatchObject({ code: 'NAME_UNKNOWN', hint: 'did you mean `events`?' })
  const time = await millrace(['table', 'show', 'events', '--at', 'yesterday', '--project', dir])
  expect(time.status).toBe(2)
  expect(JSON.parse(time.stderr).message).toContain('write a version or a time')
  const empty = await millrace(['table', 'show', 'events', '--project', dir])
  expect(JSON.parse(empty.stderr).code).toBe('TABLE_NOT_FOUND')
})
