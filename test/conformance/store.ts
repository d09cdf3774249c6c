import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { expect } from 'vitest'
import type { ObjectStore, StoreCapabilities } from '../../src/storage/store.ts'
import { conformance } from './conformance.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (read: Uint8Array): string => new TextDecoder().decode(read)

async function paths(store: ObjectStore, prefix = '', after?: string): Promise<string[]> {
  const found: string[] = []
  for await (const { path } of store.list(prefix, after === undefined ? {} : { after })) found.push(path)
  return found
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return (error as { code?: string } | undefined)?.code ?? 'no error'
}

async function* failing(): AsyncGenerator<Buffer> {
  yield Buffer.from('the first half')
  throw new Error('the sender is gone')
}

/** What every `ObjectStore` does, told apart by its capabilities. */
export const storeConformance = conformance<ObjectStore, StoreCapabilities>({
  'what was put is read back, whole and in parts': {
    async run(store) {
      expect(await store.put('a/b.txt', bytes('0123456789'))).toBe('created')
      expect(text(await store.read('a/b.txt'))).toBe('0123456789')
      expect(text(await store.read('a/b.txt', { start: 2, end: 5 }))).toBe('234')
      expect(text(await store.read('a/b.txt', { start: 0, end: 1 }))).toBe('0')
    },
  },
  'a range past the end gives the bytes that there are': {
    async run(store) {
      await store.put('a', bytes('0123456789'))
      expect(text(await store.read('a', { start: 8, end: 100 }))).toBe('89')
      expect(text(await store.read('a', { start: 10, end: 20 }))).toBe('')
      expect(text(await store.read('a', { start: 50, end: 60 }))).toBe('')
    },
  },
  'an object without bytes is an object': {
    async run(store) {
      await store.put('empty', new Uint8Array(0))
      expect((await store.read('empty')).byteLength).toBe(0)
      expect(await store.head('empty')).toMatchObject({ path: 'empty', sizeBytes: 0 })
    },
  },
  'head tells size and time, or that there is nothing': {
    async run(store) {
      await store.put('a/b', bytes('12345'))
      const info = await store.head('a/b')
      expect(info).toMatchObject({ path: 'a/b', sizeBytes: 5 })
      expect(Math.abs((info?.modifiedMs ?? 0) - Date.now())).toBeLessThan(24 * 60 * 60 * 1000)
      expect(await store.head('a/c')).toBeUndefined()
      expect(await store.head('a')).toBeUndefined()
      expect(await store.head('x/y/z')).toBeUndefined()
    },
  },
  'what is not there cannot be read': {
    async run(store) {
      await store.put('a/b', bytes('1'))
      for (const path of ['nothing', 'a/nothing', 'no/such/folder', 'a', 'a/b/c'])
        expect(await codeOf(store.read(path)), path).toBe('OBJECT_NOT_FOUND')
    },
  },
  'a second put replaces the object': {
    async run(store) {
      await store.put('a', bytes('the first, and longer'))
      expect(await store.put('a', bytes('second'))).toBe('created')
      expect(text(await store.read('a'))).toBe('second')
      expect(await paths(store)).toEqual(['a'])
    },
  },
  'readers see the whole object while it is replaced': {
    async run(store) {
      const versions = [bytes('a'.repeat(200_000)), bytes('b'.repeat(100_000))]
      await store.put('x', versions[0] as Uint8Array)
      const writing = (async () => {
        for (let n = 1; n <= 20; n++) await store.put('x', versions[n % 2] as Uint8Array)
      })()
      for (let n = 0; n < 40; n++) {
        const seen = text(await store.read('x'))
        expect([`a${200_000}`, `b${100_000}`]).toContain(`${seen[0]}${seen.length}`)
        expect(new Set(seen).size).toBe(1)
      }
      await writing
    },
  },
  'put if absent creates once and then says that it exists': {
    needs: ['putIfAbsent'],
    async run(store) {
      expect(await store.put('log/1.json', bytes('mine'), { ifAbsent: true })).toBe('created')
      expect(await store.put('log/1.json', bytes('yours'), { ifAbsent: true })).toBe('exists')
      expect(text(await store.read('log/1.json'))).toBe('mine')
      expect(await paths(store)).toEqual(['log/1.json'])
    },
  },
  'of many writers of one absent object one wins, and its bytes stand': {
    needs: ['putIfAbsent'],
    async run(store) {
      const names = Array.from({ length: 30 }, (_, n) => `writer ${n}`)
      const outcomes = new Map<string, string>()
      const writes: Promise<void>[] = []
      for (const name of names)
        writes.push(store.put('a/b/c', bytes(name), { ifAbsent: true }).then((it) => void outcomes.set(name, it)))
      for (const write of writes) await write
      const winners = names.filter((name) => outcomes.get(name) === 'created')
      expect(winners).toEqual([text(await store.read('a/b/c'))])
      expect(names.filter((name) => outcomes.get(name) === 'exists')).toHaveLength(29)
    },
  },
  'a stream is an object like any other': {
    async run(store) {
      const parts = Array.from({ length: 50 }, (_, n) => Buffer.from(`${n},`.repeat(1000)))
      await store.put('streamed', Readable.from(parts))
      expect(Buffer.compare(Buffer.from(await store.read('streamed')), Buffer.concat(parts))).toBe(0)
    },
  },
  'a stream that breaks leaves what was there before': {
    async run(store) {
      await store.put('a', bytes('before'))
      await expect(store.put('a', Readable.from(failing()))).rejects.toThrow('the sender is gone')
      await expect(store.put('b', Readable.from(failing()))).rejects.toThrow('the sender is gone')
      expect(text(await store.read('a'))).toBe('before')
      expect(await paths(store)).toEqual(['a'])
    },
  },
  'the bytes are the caller’s again once put has resolved, and those of a read are its own': {
    async run(store) {
      const body = bytes('as it was')
      await store.put('a', body)
      body.fill(0)
      const read = await store.read('a')
      expect(text(read)).toBe('as it was')
      read.fill(0)
      expect(text(await store.read('a'))).toBe('as it was')
    },
  },
  'a prefix is text: any depth below, and half a name': {
    async run(store) {
      for (const path of ['t/_log/01.json', 't/_log/02.json', 't/_logs/x', 't/a/b/c.parquet', 'u/1', 'v'])
        await store.put(path, bytes(path))
      expect(await paths(store, 't/_log/')).toEqual(['t/_log/01.json', 't/_log/02.json'])
      expect(await paths(store, 't/_log')).toEqual(['t/_log/01.json', 't/_log/02.json', 't/_logs/x'])
      expect(await paths(store, 't/_log/02')).toEqual(['t/_log/02.json'])
      expect(await paths(store)).toHaveLength(6)
      expect(await paths(store, 'nothing/here')).toEqual([])
    },
  },
  'a list is in the order of UTF-8 bytes, and begins after a path': {
    needs: ['orderedList'],
    async run(store) {
      const ordered = [
        'A',
        'a!',
        'a-b/1',
        'a.b',
        'a/b',
        'a/c/d',
        'a/c0',
        'a0',
        'b',
        'é',
        '\u{e000}',
        '\u{ffee}',
        '\u{1f600}/x',
        '\u{1f600}0',
      ]
      for (const path of ordered.toReversed()) await store.put(path, bytes('x'))
      expect(await paths(store)).toEqual(ordered)
      for (const [index, after] of ordered.entries())
        expect(await paths(store, '', after)).toEqual(ordered.slice(index + 1))
      expect(await paths(store, 'a/', 'a/b')).toEqual(['a/c/d', 'a/c0'])
      expect(await paths(store, 'a', 'a/c/')).toEqual(['a/c/d', 'a/c0', 'a0'])
    },
  },
  'a list tells sizes and times': {
    async run(store) {
      await store.put('t/1', bytes('123'))
      for await (const info of store.list('t/')) expect(info).toEqual(await store.head('t/1'))
    },
  },
  'a hundred objects are listed once each': {
    async run(store) {
      const all = Array.from({ length: 150 }, (_, n) => `t/${String(n).padStart(20, '0')}.json`)
      for (const path of all) await store.put(path, bytes('{}'))
      expect((await paths(store, 't/')).toSorted()).toEqual(all)
    },
  },
  'names are taken as they are': {
    async run(store) {
      const odd = [
        'a b/c=d%20e.txt',
        '%2e%2e/x',
        'day=2019-11-01 00%3A00/f',
        "it's",
        'q"uote',
        'ünï/漢字',
        '...',
        '-',
        '~',
        'a\\b',
        '*?[x]',
      ]
      for (const path of odd) await store.put(path, bytes(path))
      for (const path of odd) expect(text(await store.read(path))).toBe(path)
      expect(new Set(await paths(store))).toEqual(new Set(odd))
    },
  },
  'paths that lead elsewhere are refused by every operation': {
    async run(store) {
      const bad = [
        '',
        '/etc/passwd',
        '..',
        '../x',
        'a/../../x',
        'a/..',
        './a',
        'a/./b',
        'a//b',
        'a/',
        'nul\0',
        'lone\ud800',
      ]
      for (const path of bad) {
        expect(await codeOf(store.put(path, bytes('x'))), path).toBe('PATH_INVALID')
        expect(await codeOf(store.put(path, bytes('x'), { ifAbsent: true })), path).toBe('PATH_INVALID')
        expect(await codeOf(store.read(path)), path).toBe('PATH_INVALID')
        expect(await codeOf(store.head(path)), path).toBe('PATH_INVALID')
        expect(await codeOf(store.delete(path)), path).toBe('PATH_INVALID')
        expect(await codeOf(store.sync([path])), path).toBe('PATH_INVALID')
        expect(await codeOf(store.putFile(path, '/nowhere')), path).toBe('PATH_INVALID')
      }
      expect(await codeOf(paths(store, '../'))).toBe('PATH_INVALID')
      expect(await paths(store)).toEqual([])
    },
  },
  'what is deleted is gone, and deleting nothing is no error': {
    async run(store) {
      await store.put('a/b', bytes('1'))
      await store.put('a/c', bytes('2'))
      await store.delete('a/b')
      await store.delete('a/b')
      await store.delete('no/such/thing')
      expect(await store.head('a/b')).toBeUndefined()
      expect(await paths(store)).toEqual(['a/c'])
      expect(await store.put('a/b', bytes('again'))).toBe('created')
    },
  },
  'a finished file is moved in': {
    async run(store) {
      const folder = await mkdtemp(join(tmpdir(), 'millrace-store-'))
      const file = join(folder, 'made elsewhere')
      await writeFile(file, 'whole')
      await store.put('in/here', bytes('before'))
      await store.putFile('in/here', file)
      expect(text(await store.read('in/here'))).toBe('whole')
      expect(await codeOf(stat(file))).toBe('ENOENT')
      expect(await codeOf(store.putFile('in/there', file))).toBe('OBJECT_NOT_FOUND')
      expect(await paths(store)).toEqual(['in/here'])
      await rm(folder, { recursive: true })
    },
  },
  'a local path is a file that others can read': {
    needs: ['local'],
    async run(store) {
      await store.put('t/part=1/x.parquet', bytes('rows'))
      const path = store.localPath?.('t/part=1/x.parquet') ?? ''
      expect(await readFile(path, 'utf8')).toBe('rows')
      await writeFile(store.localPath?.('t/part=1/y.parquet') ?? '', 'more')
      await store.sync(['t/part=1/y.parquet', 't/part=1/x.parquet'])
      expect(text(await store.read('t/part=1/y.parquet'))).toBe('more')
      expect(await codeOf(store.sync(['t/part=2/z.parquet']))).toBe('OBJECT_NOT_FOUND')
      expect(() => store.localPath?.('../x')).toThrowError(expect.objectContaining({ code: 'PATH_INVALID' }))
    },
  },
  'nothing is done for a caller who has given up': {
    async run(store) {
      const signal = AbortSignal.abort(new Error('given up'))
      await expect(store.put('a', bytes('x'), { signal })).rejects.toThrow('given up')
      await expect(store.put('a', bytes('x'), { ifAbsent: true, signal })).rejects.toThrow('given up')
      expect(await paths(store)).toEqual([])
      await store.put('a', bytes('x'))
      await expect(store.read('a', undefined, signal)).rejects.toThrow('given up')
      await expect(store.delete('a', signal)).rejects.toThrow('given up')
      expect(await paths(store)).toEqual(['a'])
      const controller = new AbortController()
      const body = Readable.from(
        (async function* () {
          yield Buffer.from('1')
          controller.abort(new Error('given up halfway'))
          yield Buffer.from('2')
        })(),
      )
      await expect(store.put('b', body, { signal: controller.signal })).rejects.toThrow('given up halfway')
      expect(await paths(store)).toEqual(['a'])
    },
  },
})
