import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../temp-folder.ts'
import { cloneInto, machinePath, ownVersion, shell } from './shell.ts'

test('a fresh clone with the machine’s own Node and an empty npm cache sets itself up', async () => {
  const dir = await tempFolder()
  const clone = join(dir, 'millrace')
  cloneInto(clone)
  const env = { npm_config_cache: join(dir, 'npm-cache') }
  const { status, stdout, stderr } = await shell('npm ci && npm exec -- millrace --version', {
    cwd: clone,
    path: machinePath,
    env,
  })
  expect(`${status} ${stderr}`).toBe('0 ')
  expect(stdout.trimEnd().split('\n').at(-1)).toBe(ownVersion)
})
