import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { makeOrders, projectFolder } from './project-folder.ts'
import { json, millrace } from './terminal.ts'

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
  expect(JSON.parse(time.stderr)).toMatchObject({ code: 'READ_POINT_INVALID' })
  for (const line of [
    ['show', 'events', '--at', 'orders=1'],
    ['restore', 'events', 'events=1', '--yes'],
  ]) {
    const pinned = await millrace(['table', ...line, '--project', dir])
    expect(JSON.parse(pinned.stderr)).toMatchObject({ code: 'READ_POINT_INVALID' })
  }
  const version = await millrace(['table', 'diff', 'events', 'x', '--project', dir])
  expect(JSON.parse(version.stderr)).toMatchObject({ message: '`x` is no value for from' })
  const empty = await millrace(['table', 'show', 'events', '--project', dir])
  expect(JSON.parse(empty.stderr).code).toBe('TABLE_NOT_FOUND')
})

test('whatever loses rows or versions shows its plan and does nothing without a yes', async () => {
  const dir = await projectFolder()
  await makeOrders(dir)
  for (const line of [
    ['restore', 'orders', '1'],
    ['drop', 'orders'],
  ]) {
    const unasked = await millrace(['table', ...line, '--project', dir])
    expect([unasked.status, JSON.parse(unasked.stderr).code]).toEqual([2, 'CONFIRMATION_NEEDED'])
    const [plan] = json((await millrace(['table', ...line, '--dry-run', '--project', dir])).stdout)
    expect(plan).toMatchObject({ table: 'orders', done: false })
  }
  const [same] = json((await millrace(['table', 'show', 'orders', '--project', dir])).stdout)
  expect(same).toMatchObject({ version: 2, rows: 4 })
})

test('optimize, restore, vacuum and drop do what they showed', async () => {
  const dir = await projectFolder()
  await makeOrders(dir)
  const table = async (...line: string[]) =>
    json((await millrace(['table', ...line, '--project', dir])).stdout)[0] as Record<string, unknown>
  expect(await table('optimize', 'orders')).toMatchObject({ files_before: 2, files_after: 1, version: 3, done: true })
  expect(await table('optimize', 'orders')).toMatchObject({ files_before: 1, done: false })
  expect(await table('restore', 'orders', '1', '--yes')).toMatchObject({
    to: 1,
    rows_removed: 4,
    version: 4,
    done: true,
  })
  expect(await table('show', 'orders')).toMatchObject({ rows: 3, version: 4 })
  // nothing is an hour old
  expect(await table('vacuum', 'orders', '--retention', '0h', '--yes')).toMatchObject({ files: 0, done: false })
  expect(await table('drop', 'orders', '--yes')).toMatchObject({ dropped: true, done: true })
  expect(JSON.parse((await millrace(['table', 'show', 'orders', '--project', dir])).stderr).code).toBe('NAME_UNKNOWN')
})

test('a table that belongs to others is read, never changed', async () => {
  const [dir, other] = [await projectFolder(), await projectFolder()]
  await makeOrders(other)
  const config = `import { defineProject, external } from 'millrace'
export default defineProject({ name: 'x', tables: { prices: external(${JSON.stringify(join(other, 'lake/orders'))}) } })`
  writeFileSync(join(dir, 'millrace.config.ts'), config)
  const [shown] = json((await millrace(['table', 'show', 'prices', '--project', dir])).stdout)
  expect(shown).toMatchObject({ kind: 'external', rows: 4 })
  const drop = await millrace(['table', 'drop', 'prices', '--yes', '--project', dir])
  expect([drop.status, JSON.parse(drop.stderr).code]).toEqual([1, 'TABLE_EXTERNAL'])
})
