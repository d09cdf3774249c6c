import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CsvShape, csvSplitter } from '../../../src/connectors/files/csv-records.ts'
import { scanner } from '../../../src/connectors/files/scan.ts'
import type { LineCounts } from '../../../src/sources/reader.ts'
import { seededRandom } from '../../../src/sources/seeded-random.ts'
import { damage } from '../../damage.ts'

interface Split {
  readonly records: readonly (readonly [number, string])[]
  readonly rejects: readonly (readonly [number, string, string])[]
  readonly counts: LineCounts
}

const plain: CsvShape = { delimiter: ',', quote: '"', fields: 3, skipLines: 0 }

function split(input: string | Buffer, shape: Partial<CsvShape> = {}, pieceBytes = 1 << 20): Split {
  const records: [number, string][] = []
  const rejects: [number, string, string][] = []
  const splitter = csvSplitter(
    { ...plain, ...shape },
    {
      record: (line, bytes, start, end) => records.push([line, bytes.toString('utf8', start, end)]),
      reject: ({ line, code, bytes }) => rejects.push([line, code, bytes.toString('latin1')]),
    },
  )
  const bytes = Buffer.from(input)
  for (let at = 0; at < bytes.length; at += pieceBytes) splitter.push(bytes.subarray(at, at + pieceBytes))
  return { records, rejects, counts: splitter.end() }
}

const lines = ({ header, blank, records, continuation, rejected }: LineCounts): number =>
  header + blank + records + continuation + rejected

test('an unclosed quote costs its own line and none of its neighbours', () => {
  const { records, rejects } = split('a,b,c\n1,"2,3\nd,e,f\ng,h,i\n')
  expect(records.map(([line]) => line)).toEqual([1, 3, 4])
  expect(rejects).toEqual([[2, 'unclosed_quote', '1,"2,3']])
})

test('two unclosed quotes that would close each other are two rejects', () => {
  const { records, rejects } = split('1,"2,3\nd,e,f\n4,",6\n')
  expect(records).toEqual([[2, 'd,e,f']])
  expect(rejects.map(([line, code]) => [line, code])).toEqual([
    [1, 'unclosed_quote'],
    [3, 'unclosed_quote'],
  ])
})

test('a break inside quotes belongs to the record', () => {
  const { records, counts } = split('1,"two\r\nlines",3\n4,"and ""so""\non",6')
  expect(records).toEqual([
    [1, '1,"two\r\nlines",3'],
    [3, '4,"and ""so""\non",6'],
  ])
  expect(counts).toEqual({ header: 0, blank: 0, records: 2, continuation: 2, rejected: 0 })
})

test('LF, CR LF and CR alone end a line', () => {
  const { records } = split('1,2,3\r4,5,6\r\n7,8,9\n10,11,12\r')
  expect(records).toEqual([
    [1, '1,2,3'],
    [2, '4,5,6'],
    [3, '7,8,9'],
    [4, '10,11,12'],
  ])
})

test('a header, blank lines and a byte order mark are counted and no records', () => {
  const { records, counts } = split('\ufeffx,y,z\n\n1,2,3\n\r\n', { skipLines: 1 })
  expect(records).toEqual([[3, '1,2,3']])
  expect(counts).toEqual({ header: 1, blank: 2, records: 1, continuation: 0, rejected: 0 })
})

test.each([
  ['1,2\n', 'missing_fields'],
  ['1,2,3,4\n', 'extra_fields'],
  ['1,"2"x,3\n', 'misplaced_quote'],
  ['1,\0,3\n', 'nul_byte'],
  [Buffer.from([0x31, 44, 0xff, 44, 0x33, 10]), 'bad_encoding'],
])('%j is a reject: %s', (text, code) => {
  expect(split(text).rejects).toEqual([[1, code, Buffer.from(text).subarray(0, -1).toString('latin1')]])
})

test('a line longer than the engine reads is a reject', () => {
  const { records, rejects } = split(`1,2,3\n1,${'x'.repeat(2_000_000)},3\n1,2,3\n`)
  expect(rejects.map(([line, code]) => [line, code])).toEqual([[2, 'line_too_long']])
  expect(records).toHaveLength(2)
})

test('a quote inside an unquoted field is text', () => {
  expect(split('1,5" pipe,say "hi"\n').records).toHaveLength(1)
})

test('spaces around a quoted field are passed over, unless they delimit', () => {
  expect(split('1, "a,b" ,3\n').records).toHaveLength(1)
  expect(split('1 "a b" 3\n', { delimiter: ' ' }).records).toHaveLength(1)
})

test('a delimiter may be several bytes', () => {
  expect(split('1||a|b||3\n', { delimiter: '||' }).records).toHaveLength(1)
  expect(split('1¦"a¦b"¦3\n', { delimiter: '¦' }).records).toHaveLength(1)
})

test('whatever the pieces, the same records, and the lines add up to an independent count', () => {
  const text = fc
    .array(fc.constantFrom('a', ',', '"', '\n', '\r', '\r\n', '1,2,3\n', '"x,\ny",', 'ä', '\0', ' '), { maxLength: 60 })
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 9 }), fc.boolean(), (input, pieceBytes, header) => {
      const shape = { skipLines: header ? 1 : 0 }
      const whole = split(input, shape)
      expect(split(input, shape, pieceBytes)).toEqual(whole)
      const scan = scanner({ quote: 34 })
      scan.push(Buffer.from(input))
      expect(lines(whole.counts)).toBe(scan.end().lines)
    }),
    { numRuns: 2000 },
  )
})

test('damaged lines are set aside or handed on, and no other is lost', () => {
  const random = seededRandom(7)
  const rows = Array.from({ length: 3000 }, (_, row) => {
    const brand = random() < 0.4 ? '' : random() < 0.5 ? '""' : 'apple'
    return `2019-11-08 08:14:53 UTC,view,${row},2053013555631882655,,${brand},1.50,568847318,s${row}`
  })
  const text = ['event_time,event_type,product_id,category_id,category_code,brand,price,user_id,session', ...rows].join(
    '\n',
  )
  for (let seed = 1; seed <= 50; seed++) {
    const { bytes, damaged, intact, blank } = damage(text, seed)
    const found = split(bytes, { fields: 9, skipLines: 1 }, 4096)
    const ofValue = damaged.filter(({ damage: kind }) =>
      ['text_in_number', 'fraction_in_integer', 'no_such_date'].includes(kind),
    )
    const ofLine = damaged.filter((line) => !ofValue.includes(line))
    expect(found.rejects.map(([line]) => line)).toEqual(ofLine.map(({ line }) => line))
    expect(found.rejects.map(([, , raw]) => raw)).toEqual(ofLine.map((line) => line.bytes.toString('latin1')))
    expect(found.records.length).toBe(intact.length + ofValue.length)
    expect(found.counts.blank).toBe(blank)
  }
})
