import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, chownSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { writeShopFile } from '../../src/project/shop-data.ts'
import { holdLock } from '../../src/storage/lock.ts'
import { tempFolder } from '../temp-folder.ts'
import { millrace, start, until } from './command-line.ts'

const config = `import { defineProject, files, stream } from 'millrace'

export default defineProject({
  name: 'shop',
  streams: {
    events: stream({
      columns: { at: 'timestamptz not null', type: 'varchar', price: 'decimal(12,2)' },
      time: 'at',
    }),
  },
  sources: { history: files('data/*.csv', { into: 'events' }) },
})
`

/** A project whose table holds two rows. */
async function loadedProject(): Promise<string> {
  const cwd = await tempFolder()
  writeFileSync(join(cwd, 'millrace.config.ts'), config)
  mkdirSync(join(cwd, 'data'))
  writeFileSync(
    join(cwd, 'data/a.csv'),
    'at,type,price\n2026-01-05T09:00:00Z,view,9.90\n2026-01-06T09:00:00Z,cart,9.90\n',
  )
  expect(await millrace(['load'], { cwd })).toMatchObject({ status: 0 })
  return cwd
}

/** Every file of the lake that readers can see, by content. */
function lakeDigest(cwd: string): string {
  const digest = createHash('sha256')
  for (const file of globSync('lake/**/_delta_log/*.json', { cwd }).toSorted())
    digest.update(file).update(readFileSync(join(cwd, file)))
  return digest.digest('hex')
}

/** The command fails as told, and the lake is as before. */
async function refused(
  cwd: string,
  args: readonly string[],
  expected: { readonly status: number; readonly code: string; readonly message?: RegExp; readonly hint?: RegExp },
) {
  const before = lakeDigest(cwd)
  const { status, error } = await millrace(args, { cwd })
  expect([status, error.code]).toEqual([expected.status, expected.code])
  expect(error.message).toMatch(expected.message ?? /./)
  expect(error.hint).toMatch(expected.hint ?? /./)
  expect(lakeDigest(cwd)).toBe(before)
}

test('no project', async () => {
  const cwd = await tempFolder()
  await refused(cwd, ['load'], { status: 1, code: 'PROJECT_NOT_FOUND', hint: /millrace init/ })
})

test('a config with a mistake is told its line', async () => {
  const cwd = await loadedProject()
  const write = (text: string) => writeFileSync(join(cwd, 'millrace.config.ts'), text)
  write(config.replace("time: 'at'", "time: 'att'"))
  await refused(cwd, ['load'], { status: 2, code: 'CONFIG_UNKNOWN_NAME', message: /config\.ts:8\b/, hint: /`at`/ })
  write(config.replace("'decimal(12,2)'", "'number'"))
  await refused(cwd, ['load'], { status: 2, code: 'CONFIG_INVALID', message: /config\.ts:7\b/ })
  write(config.replace("name: 'shop',", "name: 'shop'"))
  await refused(cwd, ['load'], { status: 2, code: 'CONFIG_FAILED', message: /config\.ts:\d/ })
})

test('names that are nowhere, files that are missing', async () => {
  const cwd = await loadedProject()
  await refused(cwd, ['load', 'events', 'nothere.csv'], { status: 1, code: 'FILE_NOT_FOUND', message: /nothere\.csv/ })
  await refused(cwd, ['table', 'show', 'evnts'], { status: 1, code: 'NAME_UNKNOWN', hint: /`events`/ })
  await refused(cwd, ['lod'], { status: 2, code: 'USAGE', hint: /`load`/ })
})

test('SQL that is wrong, or that would leave the lake', async () => {
  const cwd = await loadedProject()
  const query = (sql: string, expected: Parameters<typeof refused>[2]) => refused(cwd, ['query', sql], expected)
  const wrong = { status: 2, code: 'SQL_INVALID' }
  await query('SELECT * FROM evnts', { ...wrong, message: /line 1, column 15/, hint: /`events`/ })
  await query('SELECT *\nFORM events', { ...wrong, message: /line 2/ })
  await query('SELECT pric FROM events', { ...wrong, message: /line 1, column 8/ })
  await query("SELECT * FROM read_csv('/etc/passwd')", { status: 1, code: 'SQL_NOT_ALLOWED' })
  await query('DROP TABLE events', { status: 1, code: 'SQL_NOT_ALLOWED' })
})

test('a folder that may not be read', async (context) => {
  const cwd = await loadedProject()
  // root may read everything: the command then runs as somebody else
  const uid = process.getuid?.() === 0 ? 65534 : undefined
  if (uid !== undefined) {
    execFileSync('chown', ['-R', String(uid), cwd])
    chmodSync(cwd, 0o755)
    const seen = spawnSync(
      process.execPath,
      ['-e', `require('fs').readFileSync(${JSON.stringify(import.meta.filename)})`],
      { uid, cwd },
    )
    if (seen.status !== 0) return context.skip('another user cannot read this checkout')
  }
  mkdirSync(join(cwd, 'closed'), { mode: 0 })
  if (uid !== undefined) chownSync(join(cwd, 'closed'), uid, uid)
  onTestFinished(() => chmodSync(join(cwd, 'closed'), 0o700))
  const before = lakeDigest(cwd)
  const { status, error } = await millrace(['load', 'events', 'closed/*.csv'], {
    cwd,
    ...(uid !== undefined && { uid }),
  })
  expect([status, error.code]).toEqual([1, 'PERMISSION_DENIED'])
  expect(error.message).toContain('closed')
  expect(lakeDigest(cwd)).toBe(before)
})

test('a full disk', async (context) => {
  const cwd = await loadedProject()
  const disk = join(cwd, 'small')
  mkdirSync(disk)
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk]).status !== 0)
    return context.skip('this user cannot mount a small disk')
  onTestFinished(() => void spawnSync('umount', ['-l', disk]))
  writeFileSync(join(cwd, 'millrace.config.ts'), config.replace("name: 'shop',", "name: 'shop', lake: './small/lake',"))
  expect(await millrace(['load'], { cwd })).toMatchObject({ status: 0 })
  const rows = (await millrace(['table', 'show', 'events'], { cwd })).stdout
  await bigFile(join(cwd, 'data/big.csv'), 1_500_000)
  const { status, error } = await millrace(['load'], { cwd })
  expect([status, error.code]).toEqual([1, 'DISK_FULL'])
  expect(error.hint).toMatch(/free/)
  expect((await millrace(['table', 'show', 'events'], { cwd })).stdout).toBe(rows)
  rmSync(join(cwd, 'data/big.csv'))
  writeFileSync(join(cwd, 'data/b.csv'), 'at,type,price\n2026-01-07T09:00:00Z,view,1\n')
  expect(await millrace(['load'], { cwd })).toMatchObject({ status: 0 })
})

test('a second writer', async () => {
  const cwd = await loadedProject()
  await using _ = await holdLock(join(cwd, '.millrace/local'), 'millrace load')
  await refused(cwd, ['load'], {
    status: 1,
    code: 'PROJECT_LOCKED',
    message: new RegExp(`${process.pid} \\(millrace load\\)`),
  })
  // readers are not kept out
  expect(await millrace(['table', 'ls'], { cwd })).toMatchObject({ status: 0 })
})

test('Ctrl-C in the middle of a load: the table is as before, and the next load takes everything', async () => {
  const cwd = await loadedProject()
  await bigFile(join(cwd, 'data/big.csv'), 3_000_000)
  const before = lakeDigest(cwd)
  const had = new Set(globSync('lake/events/**/*.parquet', { cwd }))
  const { child, ended } = start(['load'], { cwd })
  await until('a data file of the load', () =>
    globSync('lake/events/**/*.parquet', { cwd }).find((file) => !had.has(file) && statSync(join(cwd, file)).size > 0),
  )
  child.kill('SIGINT')
  const { status, error } = await ended
  expect([status, error.code]).toEqual([1, 'CANCELLED'])
  expect(lakeDigest(cwd)).toBe(before)
  expect(globSync('lake/events/**/*.parquet', { cwd }).filter((file) => !had.has(file))).toEqual([])
  expect(await millrace(['load'], { cwd })).toMatchObject({ status: 0 })
  const { stdout } = await millrace(['table', 'show', 'events'], { cwd })
  expect(JSON.parse(stdout)).toMatchObject({ rows: 3_000_002 })
})

/** Events in the columns that the config declares. */
async function bigFile(path: string, rows: number): Promise<void> {
  const shop = `${path}.shop`
  const context = { signal: new AbortController().signal, emit: () => undefined, now: () => 0 }
  await writeShopFile(shop, { rows, seed: 1, endMs: Date.UTC(2026, 0, 31), days: 3 }, context)
  const awk = 'BEGIN { FS = OFS = "," } NR == 1 { print "at,type,price"; next } { print $1, $2, $7 }'
  execFileSync('/bin/sh', ['-c', `awk '${awk}' '${shop}' | sed 's/ UTC//' > '${path}'`])
  rmSync(shop)
}
