import { expect, test } from 'vitest'
import { fingerprint } from '../../src/sql/fingerprint.ts'
import { parseSql } from '../../src/sql/parse.ts'

const of = async (text: string) => fingerprint(await parseSql(text))

test.each([
  ['SELECT a FROM t', '-- why\nselect   a\nfrom t;'],
  ['SELECT a+1 FROM t', 'SELECT (a + 1) FROM t'],
])('%s is the same as %j', async (left, right) => {
  expect(await of(left)).toBe(await of(right))
})

test.each([
  ['SELECT a FROM t', 'SELECT b FROM t'],
  ['SELECT a FROM t', 'SELECT a AS b FROM t'],
  ['SELECT a FROM t GROUP BY GROUPING SETS ((a))', 'SELECT a FROM t GROUP BY GROUPING SETS ((a), ())'],
  ["SELECT ''", 'SELECT NULL'],
  ['SELECT 9007199254740993', 'SELECT 9007199254740992'],
  ['SELECT 1', 'SELECT 1.0'],
  ['SELECT {a: 1}', 'SELECT {b: 1}'],
  ['SELECT a FROM t, u', 'SELECT a FROM u, t'],
  ['SELECT list(DISTINCT a) FROM t', 'SELECT list(a) FROM t'],
])('%s differs from %s', async (left, right) => {
  expect(await of(left)).not.toBe(await of(right))
})
