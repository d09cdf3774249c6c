import { constants } from 'node:fs'
import { readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isError } from '../../src/core/errors.ts'
import { diskError, nodeDisk } from '../../src/storage/disk.ts'
import { tempFolder } from '../temp-folder.ts'

const disk = nodeDisk()
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const code = (text: string): unknown => expect.objectContaining({ code: text })

test('a file is written, synced, opened again, cut and read in parts', async () => {
  const path = join(await tempFolder(), 'log')
  {
    await using file = await disk.open(path, 'new')
    await file.write(bytes('one,'))
    await file.write(bytes('two,'))
    await file.sync()
  }
  await expect(disk.open(path, 'new')).rejects.toThrowError(code('STORE_UNREACHABLE'))
  {
    await using file = await disk.open(path, 'append')
    await file.write(bytes('three'))
  }
  expect(await disk.stat(path)).toMatchObject({ kind: 'file', sizeBytes: 13 })
  await disk.truncate(path, 8)
  expect(new TextDecoder().decode(await disk.readRange(path))).toBe('one,two,')
  expect(new TextDecoder().decode(await disk.readRange(path, { start: 4, end: 100 }))).toBe('two,')
  expect(await disk.readRange(path, { start: 8, end: 9 })).toHaveLength(0)
})

test.skipIf(process.platform !== 'linux')('what is appended needs no second call to be synced', async () => {
  const path = join(await tempFolder(), 'log')
  await writeFile(path, 'one,')
  await using file = await disk.open(path, 'append')
  await file.writeSynced(bytes('two,'))
  expect(await readFile(path, 'utf8')).toBe('one,two,')
  const flags = await Promise.all(
    (await readdir('/proc/self/fd')).map(async (fd) => {
      const isOurs = (await readlink(`/proc/self/fd/${fd}`).catch(() => '')) === path
      return isOurs
        ? [Number.parseInt(/flags:\s*(\d+)/.exec(await readFile(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1] ?? '', 8)]
        : []
    }),
  )
  expect(flags.flat().map((flag) => flag & constants.O_DSYNC)).toEqual([constants.O_DSYNC])
})

test('few bytes or many, each write that is synced follows the one before it', async () => {
  const path = join(await tempFolder(), 'log')
  await writeFile(path, '')
  const parts = Array.from({ length: 40 }, (_, at) => Buffer.alloc(at % 5 === 4 ? 100_000 : 100, 65 + (at % 26)))
  {
    await using file = await disk.open(path, 'append')
    for (const part of parts) {
      await file.writeSynced(part)
      expect((await disk.stat(path))?.sizeBytes).toBeGreaterThanOrEqual(part.length)
    }
  }
  expect((await readFile(path)).equals(Buffer.concat(parts))).toBe(true)
})

test.skipIf(process.platform !== 'linux')('a full disk is told by every way to write', async () => {
  await using full = await disk.open('/dev/full', 'append')
  // waited for, and not
  await expect(full.writeSynced(bytes('a'))).rejects.toThrowError(code('DISK_FULL'))
  await expect(full.writeSynced(Buffer.alloc(100_000))).rejects.toThrowError(code('DISK_FULL'))
})

test('a reader reads parts of its file, also when the name is gone', async () => {
  const path = join(await tempFolder(), 'file')
  await writeFile(path, 'one,two,')
  await using reader = await disk.openReader(path)
  await disk.unlink(path)
  expect(new TextDecoder().decode(await reader.read(4, 7))).toBe('two')
  expect(new TextDecoder().decode(await reader.read(4, 100))).toBe('two,')
  expect(await reader.read(8, 9)).toHaveLength(0)
  await expect(disk.openReader(path)).rejects.toThrowError(code('OBJECT_NOT_FOUND'))
})

test('what is not there is an answer to a question, and an error to an order', async () => {
  const path = join(await tempFolder(), 'nothing')
  expect(await disk.stat(path)).toBeUndefined()
  expect(await disk.realPath(path)).toBeUndefined()
  expect(await disk.readFolder(path)).toEqual([])
  const missing = code('OBJECT_NOT_FOUND')
  await expect(disk.readRange(path)).rejects.toThrowError(missing)
  await expect(disk.open(path, 'append')).rejects.toThrowError(missing)
  await expect(disk.unlink(path)).rejects.toThrowError(missing)
  await expect(disk.syncFile(path)).rejects.toThrowError(missing)
  await expect(disk.syncFolder(path)).rejects.toThrowError(missing)
  await expect(disk.rename(path, `${path}2`)).rejects.toThrowError(missing)
  await expect(disk.link(path, `${path}2`)).rejects.toThrowError(missing)
  await expect(disk.makeFolder(join(path, 'below'))).rejects.toThrowError(missing)
})

test('a name that is taken is told apart from a failure', async () => {
  const folder = await tempFolder()
  const [a, b] = [join(folder, 'a'), join(folder, 'b')]
  await writeFile(a, 'a')
  expect(await disk.link(a, b)).toBe('created')
  expect(await disk.link(a, b)).toBe('exists')
  expect(await disk.makeFolder(join(folder, 'c'))).toBe('created')
  expect(await disk.makeFolder(join(folder, 'c'))).toBe('exists')
  await symlink(a, join(folder, 'd'))
  const kinds = (await disk.readFolder(folder)).map(({ name, kind }) => `${name} ${kind}`)
  expect(kinds.toSorted()).toEqual(['a file', 'b file', 'c folder', 'd link'])
})

test('the disk has room, and a folder is no file', async () => {
  const folder = await tempFolder()
  expect(await disk.freeBytes(folder)).toBeGreaterThan(0)
  await expect(disk.readRange(folder)).rejects.toThrowError(code('PATH_INVALID'))
})

test('the system’s errors become codes with the path in the message', () => {
  const failed = (text: string): unknown =>
    diskError(Object.assign(new Error(text), { code: text }), 'write', '/lake/x')
  expect(failed('ENOSPC')).toMatchObject({ code: 'DISK_FULL', message: 'no space left for /lake/x' })
  expect(failed('EDQUOT')).toMatchObject({ code: 'DISK_FULL' })
  expect(failed('EACCES')).toMatchObject({ code: 'PERMISSION_DENIED', message: 'no permission to write /lake/x' })
  expect(failed('EROFS')).toMatchObject({ code: 'PERMISSION_DENIED' })
  expect(failed('ENAMETOOLONG')).toMatchObject({ code: 'PATH_INVALID' })
  expect(failed('EIO')).toMatchObject({ code: 'STORE_UNREACHABLE', message: 'write of /lake/x failed: EIO' })
  expect(isError(failed('EMFILE'), 'STORE_UNREACHABLE')).toBe(true)
  const own = new TypeError('a bug')
  expect(diskError(own, 'write', '/lake/x')).toBe(own)
})
