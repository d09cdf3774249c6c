import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commands } from '../../src/cli/commands.ts'
import { loadProject } from '../../src/project/load.ts'
import { tempFolder } from '../temp-folder.ts'
import { millrace } from './terminal.ts'

test('--help lists every command, and where to start', async () => {
  const { status, stdout } = await millrace(['--help'], { columns: 80 })
  expect(status).toBe(0)
  for (const { name, summary } of commands) {
    expect(stdout).toContain(`\n  ${name} `)
    expect(stdout.replace(/\s+/g, ' ')).toContain(summary)
  }
  expect(stdout).toContain('millrace init')
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
})

test.each(commands.map(({ name }) => name))('%s --help ends with examples', async (name) => {
  const { status, stdout } = await millrace([name, '--help'])
  expect(status).toBe(0)
  expect(stdout).toMatch(new RegExp(`Examples:\n {2}\\$ millrace ${name}`))
})

test('an unknown command, option or too many words are wrong use, with what was meant', async () => {
  const unknown = await millrace(['inti'])
  expect(unknown.status).toBe(2)
  expect(JSON.parse(unknown.stderr)).toEqual({
    code: 'USAGE',
    message: 'there is no command `inti`',
    hint: 'did you mean `init`?',
  })
  const option = await millrace(['init', '--jsn'])
  expect(option.status).toBe(2)
  expect(JSON.parse(option.stderr).hint).toContain('--json')
  expect((await millrace(['init', 'a', 'b'])).status).toBe(2)
})

test('init --example copies an example of the package; an unknown one is told what there is', async () => {
  const dir = await tempFolder()
  expect((await millrace(['init', dir, '--example', 'shop'])).status).toBe(0)
  expect(readdirSync(dir).sort()).toEqual([
    '.gitignore',
    'README.md',
    'dashboards',
    'millrace.config.ts',
    'models',
    'questions',
    'tests',
  ])
  expect(readFileSync(join(dir, '.gitignore'), 'utf8')).toBe('.env\n.millrace/\nlake/\ndata/\n')
  const unknown = await millrace(['init', join(dir, 'x'), '--example', 'shp'])
  expect(unknown.status).toBe(2)
  expect(JSON.parse(unknown.stderr).hint).toBe('did you mean `shop`?')
})

test('what init writes is a project that loads', async () => {
  const dir = await tempFolder()
  await millrace(['init', join(dir, 'My Shop')])
  await millrace(['init', join(dir, 'shop'), '--example', 'shop'])
  expect(await loadProject(join(dir, 'My Shop'))).toMatchObject({ name: 'my-shop' })
  expect((await loadProject(join(dir, 'shop'))).targets.get('events')?.contract).toMatchObject({ id: 'event_id' })
})

test('init makes a project, adds to a .gitignore, and never writes over one', async () => {
  const dir = await tempFolder()
  writeFileSync(join(dir, '.gitignore'), 'node_modules')
  const made = await millrace(['init', dir])
  expect(made.status).toBe(0)
  expect(JSON.parse(made.stdout)).toEqual({ dir, files: ['millrace.config.ts', 'data/events.csv', '.gitignore'] })
  expect(readFileSync(join(dir, '.gitignore'), 'utf8')).toBe('node_modules\n.env\n.millrace/\nlake/\n')
  const again = await millrace(['init', dir])
  expect(again.status).toBe(2)
  expect(JSON.parse(again.stderr).code).toBe('PROJECT_EXISTS')
  expect(readdirSync(dir).sort()).toEqual(['.gitignore', 'data', 'millrace.config.ts'])
})
