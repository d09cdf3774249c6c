import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MillraceError } from '../../../src/core/errors.ts'
import type { Action } from '../../../src/lake/actions.ts'
import { decodeCommit, encodeCommit } from '../../../src/lake/log/commit-codec.ts'

const numRuns = Number(process.env['MILLRACE_PROPERTY_RUNS'] ?? 300)
const at = { table: 't', file: 't/_delta_log/00000000000000000000.json' }

const text = fc.string({ unit: 'grapheme' })
const path = fc
  .array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join('/'))
  .filter((joined) => !joined.split('/').includes('..') && !/^[A-Za-z][A-Za-z0-9+.-]*:\//.test(joined))
const count = fc.maxSafeNat()
const big = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
// keys of JSON objects: `__proto__` would be no key but a prototype
const key = text.filter((name) => name !== '__proto__')
const partitionValues = fc.dictionary(key, fc.option(text), { noNullPrototype: true })

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    add: fc.record(
      {
        path,
        partitionValues,
        size: count,
        modificationTime: count,
        dataChange: fc.boolean(),
        stats: text,
        tags: fc.dictionary(key, text, { noNullPrototype: true }),
      },
      { requiredKeys: ['path', 'partitionValues', 'size', 'modificationTime', 'dataChange'] },
    ),
  }),
  fc.record({
    remove: fc.record(
      { path, dataChange: fc.boolean(), deletionTimestamp: count, partitionValues, size: count },
      { requiredKeys: ['path', 'dataChange'] },
    ),
  }),
  fc.record({
    txn: fc.record({ appId: text, version: big, lastUpdated: count }, { requiredKeys: ['appId', 'version'] }),
  }),
)

const commit = fc.uniqueArray(action, {
  minLength: 1,
  maxLength: 5,
  selector: (one) =>
    'txn' in one ? `txn ${one.txn.appId}` : 'add' in one ? one.add.path : 'remove' in one && one.remove.path,
})

test('what is written is what is read', () => {
  fc.assert(
    fc.property(commit, (actions) => {
      expect(decodeCommit(encodeCommit(actions), at)).toEqual(actions)
    }),
    { numRuns },
  )
})

test('a damaged commit is read as something that can be written, or refused with its place', () => {
  const damage = fc.record({ at: fc.nat(), length: fc.nat({ max: 4 }), by: fc.uint8Array({ maxLength: 4 }) })
  fc.assert(
    fc.property(commit, damage, (actions, { at: position, length, by }) => {
      const bytes = encodeCommit(actions)
      const start = position % bytes.length
      const damaged = Buffer.concat([bytes.subarray(0, start), by, bytes.subarray(start + length)])
      try {
        const found = decodeCommit(damaged, at)
        expect(decodeCommit(encodeCommit(found), at)).toEqual(found)
      } catch (error) {
        if (!(error instanceof MillraceError)) throw error
        expect(['TABLE_CORRUPT', 'FEATURE_UNSUPPORTED']).toContain(error.code)
      }
    }),
    { numRuns: numRuns * 3 },
  )
})
