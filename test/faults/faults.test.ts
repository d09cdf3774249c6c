import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Disk, nodeDisk } from '../../src/storage/disk.ts'
import { tempFolder } from '../temp-folder.ts'
import { crashPoints } from './crash-points.ts'
import { faultyDisk } from './faulty-disk.ts'
import { fingerprint, type Leftover, leftovers, powerCutDisk, restore, treeOf } from './power-cut.ts'
import { faultsThenPowerCuts, isMissed, powerCuts } from './power-cuts.ts'
import type { Scenario } from './scenario.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Replaces `lake/x` by steps that each store names. */
function replacing(steps: (disk: Disk, at: (name: string) => string) => Promise<void>): Scenario {
  return {
    async prepare(folder) {
      await mkdir(folder)
      await writeFile(join(folder, 'x'), 'the old text')
    },
    run: (folder, disk) => steps(disk, (name) => join(folder, name)),
    async check(folder, done) {
      const text = await readFile(join(folder, 'x'), 'utf8')
      expect(done ? ['the new text'] : ['the old text', 'the new text']).toContain(text)
    },
  }
}

async function write(disk: Disk, path: string, { synced }: { readonly synced: boolean }): Promise<void> {
  await using file = await disk.open(path, 'new')
  await file.write(bytes('the new text'))
  if (synced) await file.sync()
}

const careful = replacing(async (disk, at) => {
  if (await disk.stat(at('temp'))) await disk.unlink(at('temp'))
  await write(disk, at('temp'), { synced: true })
  await disk.rename(at('temp'), at('x'))
  await disk.syncFolder(dirname(at('x')))
})

const withoutFileSync = replacing(async (disk, at) => {
  await write(disk, at('temp'), { synced: false })
  await disk.rename(at('temp'), at('x'))
  await disk.syncFolder(dirname(at('x')))
})

const withoutFolderSync = replacing(async (disk, at) => {
  await write(disk, at('temp'), { synced: true })
  await disk.rename(at('temp'), at('x'))
})

const syncedTooLate = replacing(async (disk, at) => {
  await write(disk, at('temp'), { synced: false })
  await disk.rename(at('temp'), at('x'))
  await disk.syncFile(at('x'))
  await disk.syncFolder(dirname(at('x')))
})

const inPlace = replacing(async (disk, at) => {
  await disk.unlink(at('x'))
  await write(disk, at('x'), { synced: true })
  await disk.syncFolder(dirname(at('x')))
})

describe('crash points', () => {
  test('pass a store that replaces by rename', async () => {
    expect(await crashPoints(careful, 100)).toBe(6 + 5 + 1 + 5 + 3)
  })

  test('catch a store that writes in place', async () => {
    await expect(crashPoints(inPlace, 100)).rejects.toThrow(/throws (before|after) at call \d \(/)
  })

  test('catch a store that says done when a call has failed', async () => {
    const hopeful = replacing(async (disk, at) => {
      await write(disk, at('temp'), { synced: true })
      await disk.rename(at('temp'), at('x')).catch(() => undefined)
    })
    await expect(crashPoints(hopeful, 100, ['throws before'])).rejects.toThrow(
      'throws before at call 4 (rename lake/temp',
    )
  })
})

describe('power cuts', () => {
  test('pass a store that syncs file and folder', async () => {
    expect(await powerCuts(careful, { most: 100 })).toEqual(['file lake/temp', 'folder lake'])
    await faultsThenPowerCuts(careful, ['gone'], { most: 100 })
  })

  test.each([
    ['forgets to sync the file', withoutFileSync],
    ['forgets to sync the folder', withoutFolderSync],
    ['syncs the file after it has its name', syncedTooLate],
    ['writes in place', inPlace],
  ])('catch a store that %s', async (_, scenario) => {
    await expect(powerCuts(scenario, { most: 100 })).rejects.toThrow(/^power cut .*, left of the rest: /)
  })

  test('tell syncs that are needed from those that are not', async () => {
    const twice = replacing(async (disk, at) => {
      await careful.run(dirname(at('x')), disk)
      await disk.syncFolder(dirname(dirname(at('x'))))
    })
    const missed: string[] = []
    for (const forget of await powerCuts(twice, { most: 100 }))
      if (await isMissed(twice, { most: 100, forget })) missed.push(forget)
    expect(missed).toEqual(['file lake/temp', 'folder lake'])
  })

  test('catch a store that takes a sync that failed for done', async () => {
    const hopeful = replacing(async (disk, at) => {
      if (await disk.stat(at('temp'))) await disk.unlink(at('temp'))
      await write(disk, at('temp'), { synced: true })
      await disk.rename(at('temp'), at('x'))
      await disk.syncFolder(dirname(at('x'))).catch(() => undefined)
    })
    await powerCuts(hopeful, { most: 100 })
    const disturbed = faultsThenPowerCuts(hopeful, ['throws before'], { most: 100 })
    await expect(disturbed).rejects.toThrow(/after throws before at call \d \(syncFolder lake\), left/)
  })

  test('catch a second process that takes an unsynced name of a killed one for durable', async () => {
    const trusting = replacing(async (disk, at) => {
      const found = new TextDecoder().decode(await disk.readRange(at('x')))
      if (found === 'the new text') return
      if (await disk.stat(at('temp'))) await disk.unlink(at('temp'))
      await write(disk, at('temp'), { synced: true })
      await disk.rename(at('temp'), at('x'))
      await disk.syncFolder(dirname(at('x')))
    })
    await powerCuts(trusting, { most: 100 })
    await expect(faultsThenPowerCuts(trusting, ['gone'], { most: 100 })).rejects.toThrow(
      'after gone at call 5 (syncFolder lake)',
    )
  })
})

test('a power cut keeps what was synced, and of the rest what it is told to', async () => {
  const top = await tempFolder()
  await writeFile(join(top, 'before'), 'b')
  await writeFile(join(top, 'gone'), 'g')
  const disk = powerCutDisk(nodeDisk(), top)
  await write(disk, join(top, 'synced'), { synced: true })
  await disk.makeFolder(join(top, 'folder'))
  await disk.syncFolder(top)
  await write(disk, join(top, 'folder/unnamed'), { synced: true })
  await write(disk, join(top, 'unsynced'), { synced: false })
  await disk.rename(join(top, 'synced'), join(top, 'renamed'))
  await disk.unlink(join(top, 'gone'))
  await writeFile(join(top, 'behind'), 'the engine wrote this')
  const found = (left: Leftover): Record<string, string> =>
    Object.fromEntries(
      [...disk.cut(left)].map(([path, it]) => [path, it === 'folder' ? it : Buffer.from(it).toString()]),
    )
  const text = 'the new text'
  const old = { before: 'b', gone: 'g', synced: text, folder: 'folder' }
  expect(found('nothing')).toEqual(old)
  expect(found('bytes')).toEqual(old)
  const names = { before: 'b', folder: 'folder', 'folder/unnamed': text, renamed: text, unsynced: '', behind: '' }
  expect(found('names')).toEqual(names)
  expect(found('everything')).toEqual({ ...names, unsynced: text, behind: 'the engine wrote this' })
  const [some, others] = [found('some'), found('the others')]
  for (const [name, half] of [
    ['unsynced', 'the ne'],
    ['behind', 'the engine'],
    ['gone', 'g'],
    ['folder/unnamed', text],
  ] as const) {
    expect(
      [some[name], others[name]].filter((it) => it !== undefined),
      name,
    ).toEqual([half])
  }
  for (const tree of [some, others]) expect('synced' in tree).toBe(!('renamed' in tree))
  const elsewhere = join(await tempFolder(), 'restored')
  for (const left of leftovers) {
    restore(disk.cut(left), elsewhere)
    expect(fingerprint(treeOf(elsewhere))).toBe(fingerprint(disk.cut(left)))
  }
})

test('a disk that is full stays full, and has half of what was written to it last', async () => {
  const folder = await tempFolder()
  const disk = faultyDisk(nodeDisk(), 2, 'full')
  await using file = await disk.open(join(folder, 'a'), 'new')
  const full = expect.objectContaining({ code: 'DISK_FULL' })
  await expect(file.write(bytes('123456'))).rejects.toThrowError(full)
  await expect(disk.makeFolder(join(folder, 'b'))).rejects.toThrowError(full)
  expect(await readFile(join(folder, 'a'), 'utf8')).toBe('123')
  expect(disk.failed()).toMatchObject({ name: 'write' })
  await disk.unlink(join(folder, 'a'))
})
