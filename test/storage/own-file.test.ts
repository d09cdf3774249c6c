import { expect, test } from 'vitest'
import { z } from 'zod'
import { memoryStore } from '../../src/storage/memory-store.ts'
import { type OwnFileKind, readOwnFile, writeOwnFile } from '../../src/storage/own-file.ts'

const kind: OwnFileKind<{ readonly name: string; readonly offset: bigint | number }> = {
  format: 2,
  content: z.object({ name: z.string(), offset: z.union([z.bigint(), z.int()]) }),
}

test('what is written is read back, with all digits, and begins with its format', async () => {
  const store = memoryStore()
  const content = { name: 'events', offset: 9_223_372_036_854_775_807n }
  expect(await writeOwnFile(store, 'a.json', kind, content)).toBe('created')
  expect(await readOwnFile(store, 'a.json', kind)).toEqual(content)
  const text = new TextDecoder().decode(await store.read('a.json'))
  expect(text).toMatch(/^\{\s*"format": 2,/)
  expect(text).toContain('9223372036854775807')
  expect(await writeOwnFile(store, 'a.json', kind, content, { ifAbsent: true })).toBe('exists')
  expect(await readOwnFile(store, 'b.json', kind)).toBeUndefined()
})

test('an older format is read, a newer one is refused by name', async () => {
  const store = memoryStore()
  await store.put('old.json', Buffer.from('{"format": 1, "name": "x", "offset": 1}'))
  expect(await readOwnFile(store, 'old.json', kind)).toEqual({ name: 'x', offset: 1 })
  await store.put('new.json', Buffer.from('{"format": 3, "named": "x"}'))
  await expect(readOwnFile(store, 'new.json', kind)).rejects.toThrowError(
    expect.objectContaining({
      code: 'FORMAT_TOO_NEW',
      message: 'new.json has format 3; this Millrace reads up to 2',
    }),
  )
})

test.each([
  ['', 'it is empty'],
  ['{"format": 1, "name', 'it is not JSON'],
  ['\xff', 'it is not JSON'],
  ['[1]', 'it is not a JSON object'],
  ['null', 'it is not a JSON object'],
  ['{"name": "x", "offset": 1}', 'it does not begin with a format number'],
  ['{"format": "1"}', 'it does not begin with a format number'],
  ['{"format": 1, "name": "x"}', 'offset: '],
])('a damaged file is told by name: %j', async (text, reason) => {
  const store = memoryStore()
  await store.put('a.json', Buffer.from(text, 'latin1'))
  await expect(readOwnFile(store, 'a.json', kind)).rejects.toThrowError(
    expect.objectContaining({
      code: 'FILE_DAMAGED',
      message: expect.stringContaining(`a.json is not as Millrace wrote it: ${reason}`),
    }),
  )
})
