import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openProject } from '../../src/project/open.ts'
import { projectAccess } from '../../src/server/project-access.ts'
import { context } from '../cli/project-folder.ts'
import { tempFolder } from '../temp-folder.ts'

async function access(tables: string) {
  const dir = await tempFolder()
  const config = `import { defineProject, stream } from 'millrace'
export default defineProject({
  name: 'shop',
  streams: { events: stream({ columns: { id: 'uuid' } }) },
  server: { tokens: { admin: ['admin-admin-admin'], read: { board: { token: 'board-board-board', tables: ${tables} } } } },
})
`
  writeFileSync(join(dir, 'millrace.config.ts'), config)
  mkdirSync(join(dir, 'models'))
  writeFileSync(join(dir, 'models/daily.sql'), 'SELECT count(*) AS n FROM events')
  await using project = await openProject(dir, { access: 'read', command: 'test' })
  return await projectAccess(project, 'from-the-environment', context)
}

test('read tokens are for tables and models that there are', async () => {
  const read = [
    { name: 'board', token: 'board-board-board', tables: ['events', 'daily', 'millrace.rejects'], dashboards: [] },
  ]
  expect(await access("['events', 'daily', 'millrace.rejects']")).toEqual({
    admin: ['admin-admin-admin', 'from-the-environment'],
    write: [],
    read,
  })
  expect((await access("'all'")).read[0]?.tables).toBe('all')
  await expect(access("['dayly']")).rejects.toMatchObject({
    code: 'CONFIG_UNKNOWN_NAME',
    message: expect.stringMatching(/^millrace.config.ts:5: there is no stream, table or model `dayly`/),
    hint: 'did you mean `daily`?',
  })
})
