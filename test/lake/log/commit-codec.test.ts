import { expect, test } from 'vitest'
import type { Action } from '../../../src/lake/actions.ts'
import { decodeCommit, encodeCommit } from '../../../src/lake/log/commit-codec.ts'

const at = { table: 'events', file: 'events/_delta_log/00000000000000000007.json' }
const decode = (text: string) => decodeCommit(Buffer.from(text), at)
const add = (path: string) => ({ path, partitionValues: {}, size: 1, modificationTime: 2, dataChange: true })
const lineOf = (action: unknown) => `${JSON.stringify(action)}\n`

function failure(text: string | Uint8Array): { code: string; message: string } {
  try {
    decodeCommit(typeof text === 'string' ? Buffer.from(text) : text, at)
  } catch (error) {
    return error as { code: string; message: string }
  }
  throw new Error('it was read')
}

test('64-bit numbers keep all their digits both ways', () => {
  const text =
    '{"txn":{"appId":"log","version":9223372036854775807}}\n{"commitInfo":{"txnId":-9007199254740993,"share":0.5}}\n'
  const actions = decode(text)
  expect(actions[0]).toEqual({ txn: { appId: 'log', version: 9223372036854775807n } })
  expect(Buffer.from(encodeCommit(actions)).toString()).toBe(text)
})

test('paths are decoded once, and written as they were', () => {
  const texts = [
    'special%20p@%23h',
    '_2=bar+%252521/part.parquet',
    'a%3Ab',
    'caf%C3%A9',
    'file:/a%20b/c',
    'p%40q',
    's3://b/a%20b',
  ]
  const actions = decode(texts.map((path) => lineOf({ add: add(path) })).join(''))
  expect(actions.map((action) => ('add' in action ? action.add.path : ''))).toEqual([
    'special p@#h',
    '_2=bar+%2521/part.parquet',
    'a:b',
    'café',
    '/a b/c',
    'p@q',
    's3://b/a%20b',
  ])
  const written = Buffer.from(encodeCommit(actions)).toString()
  for (const path of texts) expect(written).toContain(`"path":"${path}"`)
  expect(decode(written)).toEqual(actions)
})

test('every kind of action comes back as it was written', () => {
  const actions: Action[] = [
    { commitInfo: { timestamp: 1, operation: 'WRITE' } },
    { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
    {
      metaData: {
        id: 'x',
        name: 'events',
        format: { provider: 'parquet', options: {} },
        schemaString: '{}',
        partitionColumns: ['day'],
        configuration: { 'delta.appendOnly': 'true' },
        createdTime: 5,
      },
    },
    { add: { ...add('a b'), partitionValues: { day: null }, stats: '{"numRecords":1}', tags: { millrace: '1' } } },
    { remove: { path: 'c', dataChange: false, deletionTimestamp: 3, extendedFileMetadata: true, size: 9 } },
    { txn: { appId: 'log', version: 3n, lastUpdated: 4 } },
  ]
  expect(decodeCommit(encodeCommit(actions), at)).toEqual(actions)
})

test('nulls are as absent, blank lines and unknown kinds are passed over', () => {
  const text = `{"add":null,"remove":{"path":"a","dataChange":true,"size":null}}\n\n{"cdc":{}}\r\n{"domainMetadata":{}}`
  expect(decode(text)).toEqual([{ remove: { path: 'a', dataChange: true } }])
})

test.each([
  ['an empty file', '', 'the file is empty'],
  ['no action', '\n\n', 'the file holds no action'],
  ['half a line', `${lineOf({ add: add('a') })}{"add":{"pa`, ' line 2 (byte 90): not JSON'],
  ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), ' line 1 (byte 0): not UTF-8'],
  ['two kinds in a line', '{"add":{},"txn":{}}', 'an action has one key, here are 2: add, txn'],
  ['no kind in a line', '{"add":null}', 'an action has one key, here are 0'],
  [
    'two protocols',
    lineOf({ protocol: { minReaderVersion: 1, minWriterVersion: 2 } }).repeat(2),
    'protocol comes twice',
  ],
  ['a file twice', lineOf({ add: add('a') }) + lineOf({ remove: { path: 'a' } }), 'the file a comes twice'],
  ['an application twice', lineOf({ txn: { appId: 'a', version: 1 } }).repeat(2), 'the txn of a comes twice'],
  ['no size', '{"add":{"path":"a"}}', '`size` is not a whole number'],
  ['a size beyond 2^53', '{"add":{"path":"a","size":9007199254740993}}', '`size` is not a whole number'],
  ['a txn beyond 64 bits', '{"txn":{"appId":"a","version":9223372036854775808}}', '64 bits'],
  ['a fraction as a version', '{"txn":{"appId":"a","version":1.5}}', '64 bits'],
  ['a bad escape', lineOf({ add: add('a%zz') }), 'percent-encoded'],
  ['a way out of the folder', lineOf({ add: add('../a') }), 'not allowed'],
  ['an escaped way out', lineOf({ add: add('file:/lake/t/%2E%2E/a') }), 'not allowed'],
  ['a text for an object', '{"add":"a"}', '`add` is not an object'],
  ['a number among partition values', '{"add":{"path":"a","partitionValues":{"x":1}}}', 'map of texts'],
])('%s is refused with its place', (_, text, reason) => {
  const { code, message } = failure(text)
  expect(code).toBe('TABLE_CORRUPT')
  expect(message).toContain(at.file)
  expect(message).toContain(reason)
})

test('a deletion vector is refused by name', () => {
  const { code, message } = failure(lineOf({ add: { ...add('a'), deletionVector: { storageType: 'u' } } }))
  expect(code).toBe('FEATURE_UNSUPPORTED')
  expect(message).toContain('`deletionVectors`')
})
