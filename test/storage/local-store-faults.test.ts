import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { isError } from '../../src/core/errors.ts'
import type { Disk } from '../../src/storage/disk.ts'
import { localStore } from '../../src/storage/local-store.ts'
import type { Scenario } from '../faults/scenario.ts'
import { type FaultCase, faultSuite } from '../faults/suite.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

async function textOf(folder: string, path: string): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await localStore(folder).read(path))
  } catch (error) {
    if (isError(error, 'OBJECT_NOT_FOUND')) return undefined
    throw error
  }
}

/** One object before and after one operation; the operation done again gives the object after it. */
function scenario(path: string, before: string | undefined, after: string | undefined, run: Run): Scenario {
  return {
    async prepare(folder) {
      if (before !== undefined) await localStore(folder).put(path, bytes(before))
    },
    run: async (folder, disk) => run(folder, disk),
    async check(folder, done) {
      const found = await textOf(folder, path)
      if (done) expect(found).toBe(after)
      else expect([before, after]).toContain(found)
      const listed: string[] = []
      for await (const info of localStore(folder).list('')) listed.push(info.path)
      expect(listed).toEqual(found === undefined ? [] : [path])
    },
  }
}

/** A disk of which the folder is a disk of its own. */
function twoDisks(disk: Disk, folder: string): Disk {
  return { ...disk, rename: async (from, to) => (from.startsWith(folder) ? disk.rename(from, to) : 'other-device') }
}

/** Until its sync has resolved nobody relies on what is in a file. */
function unseenUntilDone(it: Scenario): Scenario {
  return { ...it, check: async (folder, done) => (done ? it.check(folder, done) : undefined) }
}

type Run = (folder: string, disk: Disk) => Promise<void>

const cases: Readonly<Record<string, FaultCase>> = {
  'an object in new folders': {
    it: scenario('a/b/c', undefined, 'new', async (folder, disk) => {
      await localStore(folder, disk).put('a/b/c', bytes('new'))
    }),
    needed: ['folder .', 'folder lake', 'folder lake/a', 'file lake/.millrace-staging/*', 'folder lake/a/b'],
  },
  'an absent object in new folders': {
    it: scenario('a/b', undefined, 'new', async (folder, disk) => {
      const store = localStore(folder, disk)
      const outcome = await store.put('a/b', bytes('new'), { ifAbsent: true })
      if (outcome === 'unknown') throw new Error('the caller cannot know')
      if (outcome === 'exists') await store.sync(['a/b'])
    }),
    needed: ['folder .', 'folder lake', 'file lake/.millrace-staging/*', 'folder lake/a'],
  },
  'an object that is replaced': {
    it: scenario('a/b', 'old', 'the new one', async (folder, disk) => {
      await localStore(folder, disk).put('a/b', bytes('the new one'))
    }),
    needed: ['file lake/.millrace-staging/*', 'folder lake/a'],
    spare: ['folder .', 'folder lake'],
  },
  'a file that is moved in': {
    it: scenario('a/b', 'old', 'the new one', async (folder, disk) => {
      const file = join(dirname(folder), 'made elsewhere')
      await writeFile(file, 'the new one')
      await localStore(folder, disk).putFile('a/b', file)
    }),
    needed: ['file made elsewhere', 'folder lake/a'],
    spare: ['folder .', 'folder lake'],
  },
  'a file that is moved in from another disk': {
    it: scenario('a/b', undefined, 'the new one', async (folder, disk) => {
      const file = join(dirname(folder), 'made elsewhere')
      await writeFile(file, 'the new one')
      await localStore(folder, twoDisks(disk, folder)).putFile('a/b', file)
    }),
    needed: ['file lake/.millrace-staging/*', 'folder .', 'folder lake', 'folder lake/a'],
    spare: ['file made elsewhere'],
  },
  'files that an engine has written': {
    it: unseenUntilDone(
      scenario('a/d=1/f', undefined, 'new', async (folder, disk) => {
        const store = localStore(folder, disk)
        await mkdir(join(folder, 'a/d=1'), { recursive: true })
        await writeFile(join(folder, 'a/d=1/f'), 'new')
        await store.sync(['a/d=1/f'])
      }),
    ),
    needed: ['folder .', 'file lake/a/d=1/f', 'folder lake/a/d=1', 'folder lake/a', 'folder lake'],
  },
  'an object that is deleted': {
    it: scenario('a/b', 'old', undefined, async (folder, disk) => {
      await localStore(folder, disk).delete('a/b')
    }),
    needed: ['folder lake/a'],
  },
}

faultSuite(cases, { faults: 40, cuts: 40, kills: 20 })
