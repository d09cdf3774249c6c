import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildProgram } from '../../src/cli/program.ts'
import { serve } from '../server/harness.ts'
import { tempFolder } from '../temp-folder.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** The instructions of a Dockerfile: continued lines as one, without comments. */
const instructions = read('deploy/Dockerfile')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll('\\\n', ' ')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => {
    const [, word = '', rest = ''] = /^([A-Z]+) +(.*)$/.exec(line) ?? []
    return { word, rest }
  })
const of = (word: string) => instructions.filter((each) => each.word === word).map(({ rest }) => rest)

/** `key=value` lines by their section; a key may come several times. */
function unitOf(text: string): ReadonlyMap<string, readonly (readonly [string, string])[]> {
  const sections = new Map<string, [string, string][]>()
  let section: [string, string][] | undefined
  for (const line of text.split('\n')) {
    const [, name] = /^\[(\w+)\]$/.exec(line) ?? []
    if (name !== undefined) {
      section = []
      sections.set(name, section)
    } else if (line !== '' && !line.startsWith('#')) {
      const [, key, value] = /^(\w+)=(.*)$/.exec(line) ?? []
      if (key === undefined || value === undefined || !section) throw new Error(line)
      section.push([key, value])
    }
  }
  return sections
}

const unit = unitOf(read('deploy/millrace.service'))
const service = new Map(unit.get('Service'))

/** Refuses words that the command line does not take; `start` is not run. */
async function parse(words: readonly string[]): Promise<Record<string, unknown>> {
  let options: Record<string, unknown> | undefined
  const run = async (command: { optsWithGlobals(): Record<string, unknown> }) => {
    options = command.optsWithGlobals()
  }
  const program = await buildProgram(run as never, process.stdout, () => true)
  await program.parseAsync(words, { from: 'user' })
  if (!options) throw new Error(`${words.join(' ')} runs nothing`)
  return options
}

test('the image is made of what there is, on the very Node that the tests have', () => {
  expect(instructions.every(({ word }) => word !== '')).toBe(true)
  const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> }
  expect(of('ARG')).toEqual([`BASE=node:${devDependencies['node']}-bookworm-slim`])
  const ignored = read('deploy/Dockerfile.dockerignore').split('\n')
  const copies = of('COPY').slice(of('COPY').findIndex((copied) => copied.startsWith('--from')))
  const { files } = JSON.parse(read('package.json')) as { files: readonly string[] }
  for (const path of files)
    expect(
      copies.some((copied) => copied.endsWith(` ./${path}`)),
      path,
    ).toBe(true)
  // what a project makes beside its files stays where it is
  for (const example of readdirSync(join(root, 'examples')))
    for (const made of read(`examples/${example}/.gitignore`).trim().split('\n'))
      expect(ignored).toContain(`examples/*/${made.replace(/\/$/, '')}`)
  for (const copied of of('COPY')) {
    const sources = copied.split(' ').slice(0, -1)
    if (copied.startsWith('--from')) continue
    for (const path of sources) {
      expect(existsSync(join(root, path)), path).toBe(true)
      expect(ignored, path).toContain(`!${path}`)
    }
  }
})

test('the image runs as nobody in particular, and its words start a server', async () => {
  const order = instructions.map(({ word }) => word)
  expect(of('USER')).toEqual(['node'])
  expect(order.lastIndexOf('RUN')).toBeLessThan(order.indexOf('USER'))
  expect([of('ENTRYPOINT'), of('VOLUME')]).toEqual([['["millrace"]'], ['/project']])
  const options = await parse(JSON.parse(of('CMD')[0] as string))
  expect(of('EXPOSE')).toEqual([String(options['port'])])
  expect(options['host']).toBe('0.0.0.0')
})

test('its health check is true of a server, and false where there is none', async () => {
  const [, words = '[]'] = /CMD (\[.*\])$/.exec(of('HEALTHCHECK')[0] ?? '') ?? []
  const [, , script = ''] = JSON.parse(words) as string[]
  expect(script).toContain('http://127.0.0.1:4300/healthz')
  const { server } = await serve()
  const check = (url: string) =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, ['-e', script.replace('http://127.0.0.1:4300', url)])
      child.on('exit', resolve)
    })
  expect(await check(server.url)).toBe(0)
  await server.stop()
  expect(await check(server.url)).toBe(1)
})

test('the unit starts a server of its own folder, and gives it time to end', async () => {
  expect([...unit.keys()]).toEqual(['Unit', 'Service', 'Install'])
  const [command, ...words] = (service.get('ExecStart') ?? '').split(' ')
  expect(command).toMatch(/^\/.*\/millrace$/)
  const options = await parse(words)
  expect(options['project']).toBe(`/var/lib/${service.get('StateDirectory')}`)
  expect(options['project']).toBe(service.get('WorkingDirectory'))
  expect(Number(service.get('TimeoutStopSec'))).toBeGreaterThan(10)
  expect(service.get('User')).not.toBe('root')
  // V8 makes code as it runs
  expect(service.has('MemoryDenyWriteExecute')).toBe(false)
})

const analyze = spawnSync('systemd-analyze', ['--version'])

test.skipIf(analyze.error !== undefined)('systemd understands every line of the unit', async () => {
  const dir = await tempFolder()
  const path = join(dir, 'millrace.service')
  // of a command that is not installed here it would complain too
  writeFileSync(path, read('deploy/millrace.service').replace('/usr/local/bin/millrace', process.execPath))
  const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', '--recursive-errors=no', path])
  expect(
    String(stderr)
      .split('\n')
      .filter((line) => line.includes('millrace.service')),
  ).toEqual([])
})
