import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { tempFolder } from '../temp-folder.ts'
import { currentPath, machinePath, ownVersion, root, shell } from './shell.ts'

const bin = join(root, 'bin/millrace.js')

test('a Node that is too old is told so in one sentence', async (context) => {
  const { stdout } = await shell('node --version', { cwd: root, path: machinePath })
  if (!/^v(1\d|2[0-3])\./.test(stdout)) return context.skip(`no old Node on this machine: ${stdout.trim() || 'none'}`)
  const { status, stdout: printed, stderr } = await shell(`node ${bin} load`, { cwd: root, path: machinePath })
  expect([status, printed]).toEqual([2, ''])
  expect(stderr).toMatch(/^millrace needs Node 24\.12 or newer; \S+ is \d+\.\d+\.\d+\.\n$/)
})

test('npm trusts here whom it trusts elsewhere on this machine', async () => {
  const names = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'npm_config_cafile', 'NPM_CONFIG_CA']
  for (const name of [...names, 'npm_config_cache']) vi.stubEnv(name, 'told')
  const { stdout } = await shell('env', { cwd: root, path: currentPath })
  vi.unstubAllEnvs()
  const told = stdout.split('\n').flatMap((line) => (line.endsWith('=told') ? [line.slice(0, -'=told'.length)] : []))
  expect(told.toSorted()).toEqual(names.toSorted())
})

test('the packed tarball works in an empty folder', async () => {
  const dir = await tempFolder()
  const packed = await shell(`npm pack --silent --pack-destination ${dir}`, { cwd: root, path: currentPath })
  expect(packed.stderr).toBe('')
  const { stdout: files } = await shell(`tar -tzf ${dir}/millrace-${ownVersion}.tgz`, { cwd: dir, path: currentPath })
  expect(files).toMatch(/^package\/dist\/ui\/index\.html$/m)
  const folder = join(dir, 'empty')
  mkdirSync(folder)
  const run = async (line: string) => {
    const done = await shell(line, { cwd: folder, path: currentPath })
    expect(`${line}: ${done.status} ${done.stderr}`).toBe(`${line}: 0 `)
    return done.stdout
  }
  await run(`npm install --silent ../millrace-${ownVersion}.tgz`)
  expect(await run('npx millrace --version')).toBe(`${ownVersion}\n`)
  await run('npx millrace init && npx millrace load')
  expect(
    await run('npx millrace query "SELECT event_type, count(*) AS n FROM events GROUP BY ALL ORDER BY n, event_type"'),
  ).toBe('{"event_type":"purchase","n":2}\n{"event_type":"cart","n":3}\n{"event_type":"view","n":6}\n')
  expect(await run('npx millrace demo --rows 2000')).toContain('Departments by revenue')
})
