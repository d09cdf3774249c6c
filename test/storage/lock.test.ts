import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { holdLock, lockFault, type SqliteError } from '../../src/storage/lock.ts'
import { tempFolder } from '../temp-folder.ts'

async function otherProcess(folder: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'lock-main.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout as NodeJS.ReadableStream, 'data')
  return child
}

test('a second process is told who holds the lock, and gets it once that one is killed', async () => {
  const folder = join(await tempFolder(), '.millrace/local')
  const child = await otherProcess(folder)
  await expect(holdLock(folder, 'millrace optimize')).rejects.toThrowError(
    expect.objectContaining({
      code: 'PROJECT_LOCKED',
      message: `${folder} is held by process ${child.pid} (millrace load)`,
    }),
  )
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
  await using lock = await holdLock(folder, 'millrace optimize')
  expect(JSON.parse(await readFile(join(folder, 'holder.json'), 'utf8'))).toMatchObject({
    format: 1,
    pid: process.pid,
    command: 'millrace optimize',
  })
  await lock.close()
})

test('the same process cannot hold it twice, and its failed attempt does not free it', async () => {
  const folder = await tempFolder()
  const lock = await holdLock(folder, 'first')
  const taken = expect.objectContaining({ code: 'PROJECT_LOCKED' })
  await expect(holdLock(folder, 'second')).rejects.toThrowError(taken)
  await expect(holdLock(folder, 'third')).rejects.toThrowError(taken)
  await lock.close()
  await lock.close()
  await (await holdLock(folder, 'fourth')).close()
})

test('a lock whose holder left no word still holds', async () => {
  const folder = await tempFolder()
  await using _ = await holdLock(folder, 'first')
  await rm(join(folder, 'holder.json'))
  await expect(holdLock(folder, 'second')).rejects.toThrowError('is held by process unknown (another millrace)')
  await writeFile(join(folder, 'holder.json'), 'half')
  await expect(holdLock(folder, 'second')).rejects.toThrowError('is held by process unknown (another millrace)')
})

test('a damaged lock file is named, and only the owner can read it', async () => {
  const folder = await tempFolder()
  await (await holdLock(folder, 'first')).close()
  expect((await stat(join(folder, 'lock.db'))).mode & 0o777).toBe(0o600)
  await writeFile(join(folder, 'lock.db'), 'no database'.repeat(100))
  await expect(holdLock(folder, 'second')).rejects.toThrowError(expect.objectContaining({ code: 'STATE_CORRUPT' }))
})

test('a disk that is full is told as such, and not as a file to delete', () => {
  using database = new DatabaseSync(':memory:')
  database.exec('PRAGMA max_page_count = 2; CREATE TABLE full (text TEXT)')
  const told = () => {
    try {
      database.exec(`INSERT INTO full VALUES ('${'x'.repeat(20_000)}')`)
      return undefined
    } catch (error) {
      return lockFault(error as SqliteError, 'lock.db')
    }
  }
  expect(told()).toMatchObject({ code: 'DISK_FULL', message: 'no space left for lock.db' })
})
