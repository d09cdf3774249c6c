import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ndjsonSplitter } from '../../src/connectors/files/json-records.ts'
import { eventChecker } from '../../src/contract/check-event.ts'
import { columnOf, contractOf } from './harness.ts'

const encoder = new TextEncoder()

/** The code that a file's line is refused with before any contract; `record` where it is none of that. */
function inFile(line: Uint8Array): string {
  let code = 'record'
  const splitter = ndjsonSplitter(
    {},
    {
      record: () => undefined,
      reject: (reject) => {
        code = reject.code
      },
    },
  )
  splitter.push(Buffer.from(line))
  splitter.end()
  return code
}

const contract = contractOf([columnOf('a', 'json')], { unknown: 'keep' })
const check = eventChecker(contract)

/** Found on the way to what a file's line is refused for, or not looked for there. */
const stricter = ['duplicate_key', 'reserved', 'too_deep']
/** A file may hold a comma after the last element, as the engine takes it; an event may not. */
const eventMayRefuse = /,\s*[\]}]|\\u0000/

const pieces = fc.constantFrom(
  ...[
    '{',
    '}',
    '{}',
    '[',
    ']',
    '{"a":',
    ',"b":',
    ',',
    '"',
    '"x"',
    '\\',
    '\\u',
    '\\ud83d',
    '\\udE00',
    '\\u00e9',
    'a',
    '\u007f',
  ],
  ...[
    '\0',
    'é',
    '😀',
    'NaN',
    '-Infinity',
    'inf',
    '+',
    '-',
    '0',
    '1',
    '.5',
    'e9',
    'E-2',
    'null',
    'true',
    'tru',
    ' ',
    '\t',
    '\u0001',
    '\ufeff',
  ],
)
const given = fc.oneof(
  fc.array(pieces, { maxLength: 8 }).map((all) => encoder.encode(`{"a":${all.join('')}}`)),
  fc.array(pieces, { maxLength: 8 }).map((all) => encoder.encode(`{"a":"${all.join('')}"}`)),
  fc.array(pieces, { minLength: 1, maxLength: 8 }).map((all) => encoder.encode(`x${all.join('')}`.slice(1))),
  fc.json({ maxDepth: 3 }).map((text) => encoder.encode(text)),
  fc.tuple(fc.json({ stringUnit: 'binary', maxDepth: 2 }), fc.nat(), fc.nat(255)).map(([text, at, byte]) => {
    const bytes = encoder.encode(`{"a":${text}}`)
    bytes[5 + (at % (bytes.length - 5))] = byte
    return bytes
  }),
)

test('a line of a file and an event are refused as no JSON with the same code', () => {
  const seen = new Map<string, number>()
  fc.assert(
    fc.property(given, (bytes) => {
      const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
      fc.pre(!/[\r\n]/.test(text) && text.trim() !== '' && !text.startsWith('\ufeff'))
      const file = inFile(bytes)
      const event = check(bytes, 0, bytes.length)
      const code = event.kind === 'accepted' ? 'record' : event.code
      seen.set(file, (seen.get(file) ?? 0) + 1)
      if (stricter.includes(code)) return
      // of an event NUL may be written as an escape, and its code comes before that of what else is wrong
      if (code === 'nul_byte' && !bytes.includes(0)) expect(text).toContain('\\u0000')
      else if (['record', 'not_an_object'].includes(file) && eventMayRefuse.test(text))
        expect(['bad_json', 'nul_byte', file]).toContain(code)
      else expect(code).toBe(file)
    }),
    { numRuns: 20_000 },
  )
  expect([...seen.keys()].sort()).toEqual(['bad_encoding', 'bad_json', 'not_an_object', 'nul_byte', 'record'])
})
