import { test } from 'vitest'
import { engine } from '../../engines/harness.ts'
import { eventsWorld, header } from '../events-world.ts'

const duckdb = await engine()

test.each([
  ['decimal(38,10)', ['1.5', '-0.0000000001', '1234567890123456789012345678.0123456789', 'NULL']],
  ['bigint', ['9223372036854775807', '-9223372036854775808', '9007199254740993', 'NULL']],
  ['varchar', ["''", "'ä'", "'a' || chr(0)", "repeat('x', 50)", "repeat('x', 51)", "'1-1-1'", 'chr(128512)', 'NULL']],
  [
    'timestamptz',
    ["'infinity'", "'-infinity'", "'1969-12-31 23:59:59.999999Z'", "'0044-03-15 (BC) 10:00:00Z'", 'NULL'],
  ],
  ['date', ["'infinity'", "'1969-12-31'", "'0044-03-15 (BC)'", "'12000-01-01'", 'NULL']],
  ['uuid', ["'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'", 'NULL']],
  ['boolean', ['true', 'false', 'NULL']],
])('keys of type %s are found again in every form that they have', async (type, keys) => {
  const world = await eventsWorld(
    duckdb,
    { k: type, n: 'bigint' },
    {
      by_key: `${header('kind: merge', 'key: [k]')}SELECT k, sum(n) AS n FROM events GROUP BY k`,
      by_both: `${header('kind: merge', 'key: [k, n]')}SELECT k, n, count(*) AS c FROM by_key GROUP BY k, n`,
    },
  )
  for (const key of keys) await world.arrive(`${key}, 1`)
  await world.build()
  await world.arrive(...keys.map((key) => `${key}, 7`))
  await world.areExact()
  for (const key of keys) await world.isExact(`SELECT * FROM by_key WHERE k = ${key}`)
  await world.build(['by_key'])
  await world.areExact()
  await world.build()
  await world.areExact()
})
