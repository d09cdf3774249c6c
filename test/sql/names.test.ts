import { expect, test } from 'vitest'
import { replaceTables, tablesOf } from '../../src/sql/names.ts'
import { parseSql } from '../../src/sql/parse.ts'

const named = async (text: string) =>
  tablesOf(await parseSql(text)).map(({ parts, start, end }) => [parts.join('|'), text.slice(start, end)])

test.each([
  ['SELECT * FROM a', [['a', 'a']]],
  [
    'SELECT \'é\', "ü".x FROM "ü" JOIN b AS c USING (x)',
    [
      ['ü', '"ü"'],
      ['b', 'b'],
    ],
  ],
  [
    'SELECT * FROM millrace . "re jects" r, m.files',
    [
      ['millrace|re jects', 'millrace . "re jects"'],
      ['m|files', 'm.files'],
    ],
  ],
  [
    'WITH a AS (SELECT * FROM a), b AS (SELECT * FROM a) SELECT * FROM a, b, c',
    [
      ['a', 'a'],
      ['c', 'c'],
    ],
  ],
  [
    'WITH A AS (SELECT 1) SELECT * FROM a WHERE x IN (SELECT y FROM (WITH z AS (SELECT 1) SELECT * FROM z, a, d)), z',
    undefined,
  ],
  [
    'SELECT (SELECT max(x) FROM b), EXISTS (FROM c) FROM a',
    [
      ['b', 'b'],
      ['c', 'c'],
      ['a', 'a'],
    ],
  ],
  [
    'WITH RECURSIVE r AS (SELECT 1 AS n FROM s UNION ALL SELECT n + 1 FROM r, t) SELECT * FROM r',
    [
      ['s', 's'],
      ['t', 't'],
    ],
  ],
  ['WITH a AS (SELECT 1) SELECT * FROM a UNION ALL SELECT * FROM x.a ORDER BY 1', [['x|a', 'x.a']]],
  ['SELECT * FROM (PIVOT t ON k IN (1, 2) USING sum(v)) p', [['t', 't']]],
  ['DESCRIBE t', [['t', 't']]],
  ['SELECT * FROM generate_series(1, 3) g(n), LATERAL (SELECT * FROM u WHERE u.n = g.n)', [['u', 'u']]],
])('%s', async (text, expected) => {
  if (expected) expect(await named(text)).toEqual(expected)
  else await expect(named(text)).rejects.toMatchObject({ code: 'SQL_INVALID' })
})

test('a CTE inside a subquery ends with it', async () => {
  const text =
    'WITH A AS (SELECT 1) SELECT * FROM a, z WHERE x IN (SELECT y FROM (WITH z AS (SELECT 1) SELECT * FROM z, a, d))'
  expect(await named(text)).toEqual([
    ['z', 'z'],
    ['d', 'd'],
  ])
})

test('names are replaced where they stand, and nothing else changes', async () => {
  const text = 'SELECT \'a\', a.x /* a */ FROM a -- a\n JOIN "a" b ON true'
  const edits = tablesOf(await parseSql(text)).map((reference) => ({ ...reference, text: '"T"' }))
  expect(replaceTables(text, edits)).toBe('SELECT \'a\', a.x /* a */ FROM "T" -- a\n JOIN "T" b ON true')
})
