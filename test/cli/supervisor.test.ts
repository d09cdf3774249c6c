import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Supervisor } from '../../src/cli/commands/demo/supervisor.ts'
import { tempFolder } from '../temp-folder.ts'
import { context } from './project-folder.ts'

test('why a demo’s server has ended before it answered is what it said itself, at once', async () => {
  const dir = await tempFolder()
  const logFile = join(dir, 'demo.log')
  await using supervisor = new Supervisor({ dir, port: 0, logFile }, context)
  await expect(supervisor.start()).rejects.toMatchObject({
    code: 'DEMO_ENDED',
    message: expect.stringMatching(/ended before it answered: .*millrace\.config\.ts/),
    hint: expect.stringContaining(logFile),
  })
  expect(readFileSync(logFile, 'utf8')).toContain('PROJECT_NOT_FOUND')
}, 60_000)
