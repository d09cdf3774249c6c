import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectFolder } from './project-folder.ts'
import { json, millrace } from './terminal.ts'

async function loadedAndRestored() {
  const dir = await projectFolder()
  const run = (...args: string[]) => millrace([...args, '--project', dir])
  await run('load', '--max-rejects', '1')
  expect((await run('table', 'restore', 'events', '0', '--yes')).status).toBe(0)
  return { dir, run }
}

test('the ledger closes after a restore, and names it', async () => {
  const { run } = await loadedAndRestored()
  const { status, stdout } = await run('ledger')
  expect(status).toBe(0)
  expect(json(stdout)).toEqual([
    expect.objectContaining({
      stored: 2,
      removed: 2,
      restored: 0,
      rows_in_table: 0,
      changed_by: 'version 2 (RESTORE to version 0): −2',
      closes: true,
    }),
  ])
})

test('plan and load say that a file was restored away, and how it is loaded all the same', async () => {
  const { dir, run } = await loadedAndRestored()
  const note =
    'loaded before, but version 2 restored version 0; `millrace load events data/events.csv --again` loads it anew'
  const planned = json((await run('plan')).stdout)
  expect(planned.find((row) => (row as { plan: string }).plan === 'load')).toMatchObject({ action: 'skip', note })
  expect(json((await run('load')).stdout)).toEqual([expect.objectContaining({ outcome: 'skipped', note })])
  const file = join(dir, 'data/events.csv')
  const again = await run('load', 'events', file, '--again', '--max-rejects', '1')
  expect(json(again.stdout)).toEqual([expect.objectContaining({ outcome: 'loaded', stored: 2, rejected: 1 })])
  expect(json((await run('query', 'SELECT count(*) AS n FROM events')).stdout)).toEqual([{ n: 2 }])
  expect(json((await run('ledger')).stdout)).toEqual([expect.objectContaining({ removed: 0, closes: true })])
  writeFileSync(file, 'changed')
  expect(await run('load', '--again')).toMatchObject({ status: 2 })
})

test('people are told too', async () => {
  const { dir } = await loadedAndRestored()
  const run = (...args: string[]) => millrace([...args, '--project', dir], { columns: 400 })
  expect((await run('load')).stdout).toContain('loads it anew')
  expect((await run('load')).stdout).toContain('nothing has changed; 1 file loaded before, its rows restored away.')
  expect((await run('plan')).stdout).toContain('loads it anew')
  const { stdout } = await run('ledger')
  expect(stdout).toContain('version 2 (RESTORE to version 0): −2')
  expect(stdout).toContain('The ledger closes')
})
