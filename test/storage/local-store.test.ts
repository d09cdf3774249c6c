import { chmod, mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Disk, nodeDisk } from '../../src/storage/disk.ts'
import { localStore } from '../../src/storage/local-store.ts'
import type { ObjectStore } from '../../src/storage/store.ts'
import { storeConformance } from '../conformance/store.ts'
import { tempFolder } from '../temp-folder.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

async function paths(store: ObjectStore): Promise<string[]> {
  const found: string[] = []
  for await (const { path } of store.list('')) found.push(path)
  return found
}

storeConformance({ name: 'local', open: async () => localStore(join(await tempFolder(), 'not', 'made yet')) })

test('folders are 0700 and files 0600, those of an engine too once they are synced', async () => {
  const root = join(await tempFolder(), 'lake')
  const store = localStore(root)
  await store.put('t/_delta_log/0.json', bytes('{}'))
  await mkdir(join(root, 't/day=1/hour=2'), { recursive: true, mode: 0o755 })
  await writeFile(join(root, 't/day=1/hour=2/part.parquet'), 'rows', { mode: 0o644 })
  await store.sync(['t/day=1/hour=2/part.parquet'])
  for (const path of ['', 't', 't/_delta_log', 't/day=1', 't/day=1/hour=2'])
    expect((await stat(join(root, path))).mode & 0o777).toBe(0o700)
  for (const path of ['t/_delta_log/0.json', 't/day=1/hour=2/part.parquet'])
    expect((await stat(join(root, path))).mode & 0o777).toBe(0o600)
})

test('a lake that its owner has opened to a group stays open to it', async () => {
  const root = join(await tempFolder(), 'lake')
  await mkdir(join(root, 't/day=1'), { recursive: true })
  for (const path of ['', 't', 't/day=1']) await chmod(join(root, path), 0o750)
  await writeFile(join(root, 't/day=1/x'), 'rows')
  await localStore(root).sync(['t/day=1/x'])
  expect((await stat(join(root, 't/day=1'))).mode & 0o777).toBe(0o750)
})

test('a symbolic link that leads out of the root is not followed, one that stays inside is', async () => {
  const top = await tempFolder()
  const root = join(top, 'lake')
  const store = localStore(root)
  await store.put('t/a', bytes('inside'))
  await mkdir(join(top, 'outside'))
  await writeFile(join(top, 'outside/secret'), 'secret')
  await symlink(join(top, 'outside'), join(root, 'out'))
  await symlink(join(top, 'outside/secret'), join(root, 't/secret'))
  await symlink(join(root, 't'), join(root, 'in'))
  await symlink(join(top, 'nowhere'), join(root, 'dangling'))
  const refused = expect.objectContaining({ code: 'PATH_INVALID' })
  await expect(store.read('out/secret')).rejects.toThrowError(refused)
  await expect(store.read('t/secret')).rejects.toThrowError(refused)
  await expect(store.head('out/secret')).rejects.toThrowError(refused)
  await expect(store.put('out/new', bytes('x'))).rejects.toThrowError(refused)
  await expect(store.put('out/deep/er', bytes('x'))).rejects.toThrowError(refused)
  await expect(store.delete('out/secret')).rejects.toThrowError(refused)
  await expect(store.sync(['out/secret'])).rejects.toThrowError(refused)
  await expect(store.list('out/')[Symbol.asyncIterator]().next()).rejects.toThrowError(refused)
  expect(new TextDecoder().decode(await store.read('in/a'))).toBe('inside')
  expect(await store.head('dangling')).toBeUndefined()
  expect(await paths(store)).toEqual(['t/a'])
  expect(await readdir(join(top, 'outside'))).toEqual(['secret'])
})

test('a root behind a symbolic link is a root', async () => {
  const top = await tempFolder()
  await mkdir(join(top, 'disk2'))
  await symlink(join(top, 'disk2'), join(top, 'lake'))
  const store = localStore(join(top, 'lake'))
  await store.put('a/b', bytes('x'))
  expect(await readFile(join(top, 'disk2/a/b'), 'utf8')).toBe('x')
  expect(await paths(store)).toEqual(['a/b'])
})

test('no staged file is left behind, and what a killed writer left is deleted after a day', async () => {
  const root = await tempFolder()
  const staging = join(root, '.millrace-staging')
  await mkdir(staging)
  await writeFile(join(staging, 'left yesterday'), 'half')
  await writeFile(join(staging, 'under way'), 'half')
  const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1000)
  await utimes(join(staging, 'left yesterday'), yesterday, yesterday)
  const store = localStore(root)
  await store.put('a', bytes('1'))
  await store.put('b', bytes('2'), { ifAbsent: true })
  await store.put('b', bytes('3'), { ifAbsent: true })
  expect(await readdir(staging)).toEqual(['under way'])
  expect(await paths(store)).toEqual(['a', 'b'])
  await expect(store.put('.millrace-staging/x', bytes('x'))).rejects.toThrowError('store')
})

test('a folder that someone deletes while the store is open is made again', async () => {
  const root = join(await tempFolder(), 'lake')
  const store = localStore(root)
  await store.put('t/a', bytes('1'))
  await rm(root, { recursive: true })
  expect(await store.put('t/a', bytes('2'), { ifAbsent: true })).toBe('created')
})

test('a file on another disk is copied in, and deleted there', async () => {
  const top = await tempFolder()
  const file = join(top, 'elsewhere')
  await writeFile(file, 'whole')
  const disk = nodeDisk()
  const far: Disk = { ...disk, rename: async (from, to) => (from === file ? 'other-device' : disk.rename(from, to)) }
  const store = localStore(join(top, 'lake'), far)
  await store.putFile('a/b', file)
  expect(new TextDecoder().decode(await store.read('a/b'))).toBe('whole')
  await expect(stat(file)).rejects.toThrowError(expect.objectContaining({ code: 'ENOENT' }))
})

test('a file where a folder is needed is said in words', async () => {
  const store = localStore(await tempFolder())
  await store.put('a', bytes('1'))
  await expect(store.put('a/b', bytes('2'))).rejects.toThrowError(expect.objectContaining({ code: 'PATH_INVALID' }))
  await expect(store.put(`x/${'long'.repeat(100)}`, bytes('2'))).rejects.toThrowError('too long')
  await store.delete('a/b')
})
