import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { append } from '../../src/lake/write.ts'
import { nodeDisk } from '../../src/storage/disk.ts'
import { engine as openEngine } from '../engines/harness.ts'
import { faultyDisk } from '../faults/faulty-disk.ts'
import { tempFolder } from '../temp-folder.ts'
import { create, rows, rowsIn } from './faulty-lake.ts'
import { context } from './log-lake.ts'
import { tableLake } from './table-lake.ts'

const engine = await openEngine()

test('a disk that is full at any call is told as that, and the table is as before', async () => {
  const root = join(await tempFolder(), 'lake')
  const lake = tableLake(root, engine)
  await create(lake)
  await append(lake, 't', rows(1, 2), {}, context)
  let calls = 0
  for (let nth = 1; ; nth++) {
    const disk = faultyDisk(nodeDisk(), nth, 'full')
    const outcome = await append(tableLake(root, engine, disk), 't', rows(3), {}, context).catch(
      (error: unknown) => error,
    )
    if (!disk.failed()) break
    calls = nth
    expect(outcome, `at call ${nth}`).toMatchObject({ code: 'DISK_FULL' })
    expect(await rowsIn(lake, 't')).toEqual(rows(1, 2).text)
  }
  expect(calls).toBeGreaterThan(3)
  expect(await rowsIn(lake, 't')).toEqual(rows(1, 2, 3).text)
})

test('a file system without room is told as that, and the table has the rows of what was committed', async (test) => {
  const folder = await tempFolder()
  mkdirSync(join(folder, 'small'))
  const inside = `mount -t tmpfs -o size=1m none "$0/small" && exec "$1" "$2" "$0/small/lake" "$0/spill"`
  const main = join(import.meta.dirname, 'full-disk-main.ts')
  const own = ['--user', '--map-root-user', '--mount', 'sh', '-c']
  if (spawnSync('unshare', [...own, 'mount -t tmpfs none /mnt']).status !== 0)
    return test.skip('no file system can be mounted here')
  const { stdout, stderr } = spawnSync('unshare', [...own, inside, folder, process.execPath, main], {
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  const said = JSON.parse(stdout)
  expect(said).toEqual({ appends: expect.any(Number), code: 'DISK_FULL', whole: true, filled: true })
  expect(said.appends).toBeGreaterThan(1)
})
