import { globSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openProject } from '../../src/project/open.ts'
import { makeOrders, projectFolder } from './project-folder.ts'
import { millrace } from './terminal.ts'

async function findings(dir: string) {
  const { status, stdout } = await millrace(['doctor', '--project', dir])
  const lines = stdout.trimEnd().split('\n')
  const rows = lines.map(
    (line) => JSON.parse(line) as { subject: string; status: string; finding: string; mend: string },
  )
  return { status, bySubject: new Map(rows.map((row) => [row.subject, row])) }
}

test('a healthy project has nothing to mend', async () => {
  const dir = await projectFolder()
  await makeOrders(dir)
  const { status, bySubject } = await findings(dir)
  expect(status).toBe(0)
  expect(new Set([...bySubject.values()].map((row) => row.status))).toEqual(new Set(['good']))
  expect([...bySubject.keys()]).toEqual(
    expect.arrayContaining(['node', 'project', 'secrets', 'lake', 'lock', 'table events', 'table orders']),
  )
})

test('a data file that is gone, secrets in git, a writer: each is found, and told how to mend', async () => {
  const dir = await projectFolder()
  await makeOrders(dir)
  const [file = ''] = globSync('lake/orders/part-*.parquet', { cwd: dir })
  rmSync(join(dir, file))
  writeFileSync(join(dir, '.env'), 'TOKEN=1\n')
  await using _ = await openProject(dir, { access: 'write', command: 'millrace load' })
  const { status, bySubject } = await findings(dir)
  expect(status).toBe(1)
  expect(bySubject.get('table orders')).toMatchObject({
    status: 'bad',
    mend: expect.stringContaining('restore orders'),
  })
  expect(bySubject.get('secrets')).toMatchObject({ status: 'warning', mend: expect.stringContaining('.gitignore') })
  expect(bySubject.get('lock')).toMatchObject({ status: 'warning', finding: expect.stringContaining('millrace load') })
})

test('a config that does not load is the finding', async () => {
  const dir = await projectFolder()
  writeFileSync(join(dir, 'millrace.config.ts'), 'export default 1\n')
  const { status, bySubject } = await findings(dir)
  expect(status).toBe(1)
  expect(bySubject.get('project')).toMatchObject({ status: 'bad', finding: expect.stringContaining('CONFIG_INVALID') })
})
