import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scanner } from '../../../src/connectors/files/scan.ts'

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

function scan(text: string | Buffer, options: Parameters<typeof scanner>[0] = {}, pieceBytes = 1 << 20) {
  const bytes = Buffer.from(text)
  const reading = scanner(options)
  for (let at = 0; at < bytes.length; at += pieceBytes) reading.push(bytes.subarray(at, at + pieceBytes))
  return reading.end()
}

test('lines, blank lines and line ends are counted, whatever the pieces', () => {
  const text = fc.array(fc.constantFrom('a', '"', '\n', '\r'), { maxLength: 30 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 4 }), (input, pieceBytes) => {
      const found = scan(input, { quote: 34 }, pieceBytes)
      const lines = input.split(/\r\n|\n|\r/)
      const whole = lines.at(-1) === '' ? lines.slice(0, -1) : lines
      expect(found.lines).toBe(whole.length)
      expect(found.blank).toBe(whole.filter((line) => line === '').length)
      expect(found.endsLine).toBe(lines.at(-1) === '')
      expect(found.oddQuotes).toBe(lines.some((line) => line.split('"').length % 2 === 0))
      expect(found.loneCr).toBe(/\r(?!\n)/.test(input))
      expect(found.crLf).toBe(input.includes('\r\n'))
      expect(found.bareLf).toBe(/(?<!\r)\n/.test(input))
      expect(found.digest).toBe(sha256(Buffer.from(input)))
    }),
    { numRuns: 1000 },
  )
})

test('the digest of what came before tells whether a file was only appended to', () => {
  const before = Buffer.from('a,b\n1,2\n')
  const after = Buffer.concat([before, Buffer.from('3,4\n')])
  for (const pieceBytes of [1, 3, 8, 100])
    expect(scan(after, { prefixBytes: before.length }, pieceBytes).prefixDigest).toBe(sha256(before))
  expect(scan(before, { prefixBytes: 8 }).prefixDigest).toBe(sha256(before))
  expect(scan(before, { prefixBytes: 9 }).prefixDigest).toBeUndefined()
  expect(scan('', { prefixBytes: 0 }).prefixDigest).toBe(sha256(Buffer.alloc(0)))
})

test('NUL and byte order marks are seen', () => {
  expect(scan('a\0b')).toMatchObject({ nul: true, byteOrderMark: false })
  expect(scan('\ufeffa')).toMatchObject({ nul: false, byteOrderMark: true })
  expect(scan('\ufeffa', {}, 1).byteOrderMark).toBe(true)
})
