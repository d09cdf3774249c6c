import { expect, test } from 'vitest'
import { parseSql } from '../../src/sql/parse.ts'
import { queryOver } from '../../src/sql/restrict.ts'
import type { TraceSource } from '../../src/sql/trace.ts'

test('each place where an input is named gets a name of its own, through views, and the text stays', async () => {
  const view = await parseSql('SELECT * FROM events, Prices p -- €')
  const source = (name: string): TraceSource =>
    name === 'daily'
      ? { kind: 'view', name, parsed: view }
      : { kind: 'table', name: name.toLowerCase(), columns: [], time: 'at' }
  const query = await parseSql('WITH x AS (FROM events)\nSELECT /* é */ daily.a\nFROM daily, x, events AS e, daily d')
  const found = queryOver<unknown>(
    query,
    source,
    ({ id, name }) => `${name} ${id}`,
    (sql, from) => ({ sql, from }),
  )
  const inView = (at: number) => ({
    sql: 'SELECT * FROM "events@1" AS "events", "Prices@2" p -- €',
    from: { 'events@1': `events ${at}/14`, 'Prices@2': `prices ${at}/22` },
  })
  expect(found).toEqual({
    sql: 'WITH x AS (FROM "events@1" AS "events")\nSELECT /* é */ daily.a\nFROM "daily@2" AS "daily", x, "events@3" AS e, "daily@4" d',
    from: { 'events@1': 'events 16', 'daily@2': inView(52), 'events@3': 'events 62', 'daily@4': inView(75) },
  })
})
