import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { keyHash, writeKey } from '../../../src/streams/dedupe/key-hash.ts'

const secret = Buffer.from('0123456789abcdef0123456789abcdef')

function keyOf(id: string): string {
  const keys = new Uint32Array(4)
  writeKey(keyHash(secret), id, keys, 0)
  return [...keys].map((word) => word.toString(16).padStart(8, '0')).join('')
}

test('a UUID in lower case is its own key', () => {
  expect(keyOf('ffeeddcc-0000-4abc-8000-0123456789ab')).toBe('ffeeddcc00004abc80000123456789ab')
})

test.each([
  'FFEEDDCC-0000-4ABC-8000-0123456789AB',
  'ffeeddcc00004abc80000123456789ab',
  'ffeeddcc-0000-4abc-80000-123456789ab',
  'ffeeddcc-0000-4abc-8000-0123456789ag',
  'ffeeddcc-0000-4abc-8000-0123456789a-',
  'ffeeddcc-0000-4abc-8000--123456789ab',
  '',
  'Order № 7',
  '\u0000'.repeat(36),
])('any other text has a key that nobody can choose: %s', (id) => {
  const digest = createHash('sha256').update(secret).update(id).digest('hex')
  expect(keyOf(id)).toBe(digest.slice(0, 32))
})
