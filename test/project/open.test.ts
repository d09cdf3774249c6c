import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openProject } from '../../src/project/open.ts'
import { context, makeOrders, projectFolder } from '../cli/project-folder.ts'

test('a second writer is refused and told who holds the project; readers and the next writer are not', async () => {
  const dir = await projectFolder()
  {
    await using held = await openProject(dir, { access: 'write', command: 'millrace load' })
    expect(held.settings.name).toBe('shop')
    await expect(openProject(dir, { access: 'write', command: 'again' })).rejects.toMatchObject({
      code: 'PROJECT_LOCKED',
      message: expect.stringContaining(`${process.pid} (millrace load)`),
    })
    await using reader = await openProject(dir, { access: 'read', command: 'millrace query' })
    expect(reader.settings.folder).toBe(held.settings.folder)
  }
  await using next = await openProject(dir, { access: 'write', command: 'again' })
  expect(next.stateFolder).toBe(join(next.settings.folder, '.millrace/local'))
})

test('declared tables come first, then what else lies in the lake', async () => {
  const dir = await projectFolder()
  await makeOrders(dir)
  await using project = await openProject(dir, { access: 'read', command: 'test' })
  const tables = await project.tables(context)
  expect(tables.map(({ name, kind }) => [name, kind])).toEqual([
    ['events', 'stream'],
    ['customers', 'table'],
    ['orders', 'other'],
  ])
})

test('opening to read writes nothing', async () => {
  const dir = await projectFolder()
  {
    await using project = await openProject(dir, { access: 'read', command: 'test' })
    await project.tables(context)
  }
  expect([existsSync(join(dir, '.millrace')), existsSync(join(dir, 'lake'))]).toEqual([false, false])
})
