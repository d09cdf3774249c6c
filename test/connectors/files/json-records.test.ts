import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonDocumentSplitter, ndjsonSplitter } from '../../../src/connectors/files/json-records.ts'
import { scanner } from '../../../src/connectors/files/scan.ts'

function split(make: typeof ndjsonSplitter, input: string | Buffer, pieceBytes = 1 << 20) {
  const records: [number, string][] = []
  const rejects: [number, string, string][] = []
  const splitter = make(
    {},
    {
      record: (line, bytes, start, end) => records.push([line, bytes.toString('utf8', start, end)]),
      reject: ({ line, code, bytes }) => rejects.push([line, code, bytes.toString('utf8')]),
    },
  )
  const bytes = Buffer.from(input)
  for (let at = 0; at < bytes.length; at += pieceBytes) splitter.push(bytes.subarray(at, at + pieceBytes))
  return { records, rejects, counts: splitter.end() }
}

test('a line that is no object is a reject and its neighbours are records', () => {
  const { records, rejects } = split(ndjsonSplitter, '{"a":1}\n{"a":\n[1]\n\n {"a":2}\r\n"x"')
  expect(records).toEqual([
    [1, '{"a":1}'],
    [5, '{"a":2}'],
  ])
  expect(rejects).toEqual([
    [2, 'bad_json', '{"a":'],
    [3, 'not_an_object', '[1]'],
    [6, 'not_an_object', '"x"'],
  ])
})

test('bare NaN, Infinity and a last comma are taken, as the engine takes them', () => {
  const { records } = split(ndjsonSplitter, '{"a":NaN,"b":"NaN,}"}\n{"a":-Infinity}\n{"a":[1,],}\n')
  expect(records).toHaveLength(3)
  const loneCommas = ['{"a":[,]}', '{"a":[1,,]}', '{ ,}', '[{"a":1}, ,]']
  for (const line of loneCommas) expect(split(ndjsonSplitter, line).rejects).toEqual([[1, 'bad_json', line]])
})

test('half a character is a reject: the engine could not store it', () => {
  const { records, rejects } = split(ndjsonSplitter, '{"a":"\\ud83d\\ude00"}\n{"a":"\\ud83d"}\n{"a":"\\\\ud83d"}\n')
  expect(records.map(([line]) => line)).toEqual([1, 3])
  expect(rejects.map(([line, code]) => [line, code])).toEqual([[2, 'bad_json']])
})

test('whatever the pieces, the same records, and the lines add up to an independent count', () => {
  const text = fc
    .array(fc.constantFrom('{"a":1}', '\n', '\r\n', '\r', ' ', '{', '"', 'ä'), { maxLength: 40 })
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 5 }), (input, pieceBytes) => {
      const whole = split(ndjsonSplitter, input)
      expect(split(ndjsonSplitter, input, pieceBytes)).toEqual(whole)
      const scan = scanner()
      scan.push(Buffer.from(input))
      const { blank, records, rejected } = whole.counts
      expect(blank + records + rejected).toBe(scan.end().lines)
    }),
  )
})

test('a document is an object, an array of objects, or objects after one another', () => {
  expect(split(jsonDocumentSplitter, '{"a":\n1}').records).toEqual([[1, '{"a": 1}']])
  expect(split(jsonDocumentSplitter, '\ufeff[\n {"a":"],{"},\n {"b":[1]} ]\n').records).toEqual([
    [2, '{"a":"],{"}'],
    [3, '{"b":[1]}'],
  ])
  expect(split(jsonDocumentSplitter, '{"a":1} {"b":2}\n{"c":3}').records).toHaveLength(3)
  expect(split(jsonDocumentSplitter, ' \n').counts.records).toBe(0)
  expect(split(jsonDocumentSplitter, '[]').counts.records).toBe(0)
})

test('an element that is no object is a reject, and so is what follows the break of a document', () => {
  const { records, rejects } = split(jsonDocumentSplitter, '[{"a":1},\n2,{"a":},{"b":1},\n{"c":')
  expect(records).toEqual([
    [1, '{"a":1}'],
    [2, '{"b":1}'],
  ])
  expect(rejects).toEqual([
    [2, 'not_an_object', '2'],
    [2, 'bad_json', '{"a":}'],
    [3, 'bad_json', '{"c":'],
  ])
  expect(split(jsonDocumentSplitter, '[{"a":1}').rejects).toEqual([[1, 'bad_json', '']])
  expect(split(jsonDocumentSplitter, '[{"a":1}] x').rejects).toEqual([[1, 'bad_json', 'x']])
  expect(split(jsonDocumentSplitter, '[{"a":1} {"b":2}]').rejects).toHaveLength(1)
})
