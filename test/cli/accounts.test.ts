import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectFolder } from './project-folder.ts'
import { json, millrace } from './terminal.ts'

async function loaded() {
  const dir = await projectFolder()
  await millrace(['load', '--max-rejects', '1', '--project', dir])
  return (...args: string[]) => millrace([...args, '--project', dir])
}

test('the ledger closes for every file', async () => {
  const run = await loaded()
  const { status, stdout } = await run('ledger')
  expect(status).toBe(0)
  expect(json(stdout)).toEqual([
    {
      table: 'events',
      file: 'data/events.csv',
      lines: 4,
      records: 3,
      stored: 2,
      rejected: 1,
      duplicate: 0,
      removed: 0,
      restored: 0,
      rows_in_table: 2,
      rejects_kept: 1,
      changed_by: null,
      closes: true,
      open: null,
    },
  ])
})

test('rejects are counted by reason, and shown whole', async () => {
  const run = await loaded()
  expect(json((await run('rejects', 'ls')).stdout)).toEqual([
    expect.objectContaining({ table: 'events', code: 'rule:known_type', rejects: 1, first_line: 4 }),
  ])
  const [shown] = json((await run('rejects', 'show', 'events', '--file', 'data/events.csv')).stdout)
  expect(shown).toMatchObject({ line: 4, raw: '2026-01-06T10:00:00Z,vew,1.50,2' })
  expect((await run('rejects', 'show', '--code', 'type')).stdout).toBe('')
  expect(JSON.parse((await run('rejects', 'ls', 'evnts')).stderr)).toMatchObject({ code: 'NAME_UNKNOWN' })
})

test('whole lines of tables with personal columns are shown on request alone', async () => {
  const dir = await projectFolder()
  const config = join(dir, 'millrace.config.ts')
  const text = readFileSync(config, 'utf8')
    .replace("user_id: 'bigint'", "user_id: column('bigint', { pii: true })")
    .replace('import { ', 'import { column, ')
  writeFileSync(config, text)
  const run = (...args: string[]) => millrace([...args, '--project', dir])
  await run('load', '--max-rejects', '1')
  const sql = 'SELECT line, raw, encoding FROM millrace.rejects'
  expect(json((await run('query', sql)).stdout)).toEqual([{ line: 4, raw: null, encoding: 'hidden' }])
  expect(json((await run('rejects', 'show')).stdout)).toEqual([expect.objectContaining({ line: 4, raw: null })])
  const [shown] = json((await run('rejects', 'show', '--pii')).stdout)
  expect(shown).toMatchObject({ raw: '2026-01-06T10:00:00Z,vew,1.50,2' })
})

test('the accounts are tables for SQL', async () => {
  const run = await loaded()
  const sql =
    'SELECT f.stored, l.closes, r.line FROM millrace.files f JOIN millrace.ledger l USING (file) JOIN millrace.rejects r USING (file)'
  expect(json((await run('query', sql)).stdout)).toEqual([{ stored: 2, closes: true, line: 4 }])
})

test('before anything is loaded there is nothing to account for', async () => {
  const dir = await projectFolder()
  for (const line of [['ledger'], ['rejects', 'ls'], ['rejects', 'show']])
    expect(await millrace([...line, '--project', dir])).toEqual({ status: 0, stdout: '', stderr: '' })
})

test('people are told in a sentence that there are no such rejects', async () => {
  const dir = await projectFolder()
  await millrace(['load', '--max-rejects', '1', '--project', dir])
  const show = (...words: string[]) => millrace(['rejects', 'show', ...words, '--project', dir], { columns: 200 })
  expect((await show('--code', 'type')).stdout).toBe('No such rejects.\n')
  expect((await show()).stdout).toContain('vew')
})
