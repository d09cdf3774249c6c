import { expect, test } from 'vitest'
import { type FilterValue, filtersOf } from '../../src/sql/filters.ts'
import { tablesOf } from '../../src/sql/names.ts'
import { parseSql } from '../../src/sql/parse.ts'

/** The filters by table, in short: `t: a = 1, b in (2, 3)`. */
async function pushed(text: string, parameters: readonly FilterValue[] = []): Promise<string[]> {
  const parsed = await parseSql(text)
  const filters = filtersOf(parsed, parameters)
  const show = (value: FilterValue) =>
    typeof value === 'bigint' ? `${value}` : typeof value === 'number' ? `~${value}` : JSON.stringify(value)
  return tablesOf(parsed).flatMap(({ node, parts }) => {
    const own = filters.get(node)
    return own
      ? [
          `${parts.join('.')}: ${own.map((f) => `${f.column.join('.')} ${f.op}${'value' in f ? ` ${show(f.value)}` : 'values' in f ? ` (${f.values.map(show).join(', ')})` : ''}`).join(', ')}`,
        ]
      : []
  })
}

test.each([
  ['SELECT * FROM t WHERE a = 1 AND 2 < b AND (c <= -3 AND d >= 1.50)', ['t: a = 1, b > 2, c <= -3, d >= ~1.5']],
  [
    "SELECT * FROM t WHERE a IN ('x', NULL) AND b IS NULL AND c IS NOT NULL AND d = true AND e = 1e3",
    ['t: a in ("x", null), b is null, c is not null, d = true, e = ~1000'],
  ],
  [
    "SELECT * FROM t WHERE at2 BETWEEN TIMESTAMPTZ '2020-01-01 00:00:00+00' AND DATE '2020-02-01'",
    ['t: at2 >= "2020-01-01 00:00:00+00", at2 <= "2020-02-01"'],
  ],
  ['SELECT * FROM t x WHERE X.s.f = 1', ['t: s.f = 1']],
  ['SELECT * FROM t WHERE a = 9223372036854775807', ['t: a = 9223372036854775807']],
  ['SELECT * FROM t, u WHERE t.a = 1 AND b = 2 AND u.c = 3', ['t: a = 1', 'u: c = 3']],
  ['SELECT * FROM t LEFT JOIN u USING (k) WHERE t.a = 1 AND u.c = 3', ['t: a = 1']],
  ['SELECT * FROM t RIGHT JOIN u USING (k) WHERE t.a = 1 AND u.c = 3', ['u: c = 3']],
  ['SELECT * FROM t FULL JOIN u USING (k) WHERE t.a = 1 AND u.c = 3', []],
  ['SELECT * FROM t ASOF JOIN u USING (k) WHERE t.a = 1 AND u.c = 3', []],
  ['SELECT * FROM t POSITIONAL JOIN u WHERE t.a = 1', []],
  ['SELECT * FROM (t LEFT JOIN u USING (k)) JOIN v USING (k) WHERE v.a = 1 AND u.b = 2', ['v: a = 1']],
  ['SELECT * FROM t WHERE a = 1 OR b = 2', []],
  ['SELECT * FROM t WHERE NOT (a = 1 AND b = 2)', []],
  ['SELECT * FROM t WHERE a + 1 = 2 AND lower(b) = $1 AND c = d', []],
  ['SELECT * FROM t WHERE a IN (1, b)', []],
  ['SELECT * FROM t WHERE a NOT IN (1) AND b <> 2', []],
  ['SELECT count(*) FILTER (a = 1) FROM t HAVING max(b) = 2', []],
  ['SELECT * FROM t AS x(p, q) WHERE p = 1', []],
  ['SELECT * FROM t TABLESAMPLE 10% WHERE p = 1', []],
  ['SELECT * FROM (SELECT * FROM t LIMIT 3) WHERE a = 1', []],
  ['WITH c AS (SELECT * FROM t WHERE a = 1) SELECT * FROM c WHERE b = 2', ['t: a = 1']],
  ['SELECT * FROM u WHERE EXISTS (SELECT 1 FROM t WHERE t.k = u.k AND t.a = 1) AND u.b = 2', ['u: b = 2', 't: a = 1']],
  ['SELECT * FROM t WHERE a = 1 UNION ALL SELECT * FROM t WHERE a = 2', ['t: a = 1', 't: a = 2']],
  ["SELECT * FROM t WHERE a = '1'::INTEGER AND d = '2020-1-1'::DATE", []],
])('%s', async (text, expected) => {
  expect(await pushed(text)).toEqual(expected)
})

test('parameters stand for their values', async () => {
  expect(await pushed('SELECT * FROM t WHERE a = $1 AND b > $2 AND c = $3', [5, 1.5, 'x'])).toEqual([
    't: a = 5, b > ~1.5, c = "x"',
  ])
})
