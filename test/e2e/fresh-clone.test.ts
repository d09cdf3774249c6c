import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../temp-folder.ts'
import { cloneInto, machinePath, shell } from './shell.ts'

test('in a fresh clone, with the machine’s own Node and an empty npm cache, the two lines of the README work as they stand', async () => {
  const dir = await tempFolder()
  const clone = join(dir, 'millrace')
  cloneInto(clone)
  const env = { npm_config_cache: join(dir, 'npm-cache') }
  const run = async (line: string) => {
    const { status, stdout, stderr } = await shell(line, { cwd: clone, path: machinePath, env })
    expect(`${line}: ${status} ${stderr}`).toBe(`${line}: 0 `)
    return stdout
  }
  for (const line of ['npm ci && npm start', 'npm ci && npm test'])
    expect(readFileSync(join(clone, 'README.md'), 'utf8')).toContain(`\n${line}\n`)

  const first = await run('npm ci && npm start')
  expect(first).toContain('Made 500,000 events of a shop')
  expect(first).toMatch(/history: 500,000 rows from \d+ files into events/)
  const second = await run('npm start')
  expect(second).toMatch(/history: nothing has changed; \d+ files loaded before\./)
  const answers = (text: string) => text.slice(text.indexOf('What visitors did'))
  expect(answers(second)).toBe(answers(first))

  // .ci/run has run this line itself, from nothing
  if (process.env['MILLRACE_E2E_SKIP_UNIT'] === undefined)
    expect(await run('npm ci && npm test')).toMatch(/Tests +\d+ passed/)
})
