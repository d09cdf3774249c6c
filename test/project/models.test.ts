import { expect, test } from 'vitest'
import { columnText } from '../../src/core/columns.ts'
import type { BoundModel } from '../../src/models/model.ts'
import { models } from './model-folder.ts'

const outputOf = ({ output }: BoundModel) => output.map((column) => `${column.name} ${columnText(column)}`)

test('a folder of SQL files is a graph whose types are those of stored tables', async () => {
  const { order, byName, tables } = await models({
    'models/by_day.sql': `/*
description: Revenue by day
kind: incremental
time: day
grain: day
partition: [day]
columns: { revenue: { description: What was paid, unit: USD } }
checks: { not_null: [day] }
*/
SELECT day, count(*) AS operations, sum(price) AS revenue, sum(user_id) AS users FROM operations GROUP BY ALL;
-- the end
`,
    'models/staging/operations.sql': `-- what happened
/* kind: view */ SELECT *, CAST(event_time AS DATE) AS day FROM Events`,
    'models/notes.md': 'no model',
    'models/.draft.sql': 'no SQL',
    'models/staging/young.sql': "WITH c AS (SELECT * FROM customers) SELECT name FROM c WHERE born > DATE '2000-01-01'",
  })
  expect(order.map(({ name, kind, inputs }) => [name, kind, inputs])).toEqual([
    ['operations', 'view', ['events']],
    ['by_day', 'incremental', ['operations']],
    ['young', 'view', ['customers']],
  ])
  const byDay = byName.get('by_day') as BoundModel
  expect(outputOf(byDay)).toEqual(['day date', 'operations bigint', 'revenue decimal(38,2)', 'users bigint'])
  expect(byDay).toMatchObject({
    file: 'models/by_day.sql',
    description: 'Revenue by day',
    time: 'day',
    grain: 'day',
    partition: ['day'],
    onDimensionChange: 'rebuild',
    columns: { revenue: { description: 'What was paid', unit: 'USD' } },
    checks: [{ kind: 'not_null', column: 'day' }],
  })
  expect(byDay.place(['checks', 'not_null', '0'])).toBe('models/by_day.sql:8')
  expect(byName.get('operations')?.output.map(({ name }) => name)).toContain('_file')
  expect([...tables].map(([name, { kind, time }]) => [name, kind, time])).toEqual([
    ['events', 'stream', 'event_time'],
    ['customers', 'table', undefined],
  ])
})

const beside = [
  '/* kind: table\npartition: day\n*/',
  '/* kind: table\n   partition: day */',
  '/*  kind: table\n  partition:\n  - day*/',
]

test.each(beside)('a header that begins beside its comment: %j', async (header) => {
  const { order } = await models({ 'models/m.sql': `${header} SELECT 1 AS day, 2 AS n` })
  expect(order[0]).toMatchObject({ kind: 'table', partition: ['day'] })
  expect(order[0]?.place(['partition'])).toBe('models/m.sql:2')
})

test('a project without models has none', async () => {
  expect((await models({})).order).toEqual([])
})

const spans = [
  ['1 day', { months: 0, days: 1, micros: 0 }],
  ['3 hours', { months: 0, days: 0, micros: 10_800_000_000 }],
  ['1 month 2 weeks 30 minutes', { months: 1, days: 14, micros: 1_800_000_000 }],
] as const

test.each(spans)('a lookback of %s', async (text, span) => {
  const { order } = await models({
    'models/m.sql': `/*
kind: incremental
time: event_time
grain: hour
lookback: ${text}
lookahead: ${text}
on_dimension_change: ignore
*/
SELECT event_time, price FROM events`,
  })
  expect(order[0]).toMatchObject({ lookback: span, lookahead: span, onDimensionChange: 'ignore' })
})

test('a fingerprint is that of the tree, the header and the views, not of their looks', async () => {
  const view = '/* kind: view */ SELECT event_time, price FROM events'
  const table =
    '/*\nkind: table\npartition: [day]\n*/\nSELECT CAST(event_time AS DATE) AS day, sum(price) AS revenue FROM v GROUP BY ALL'
  const of = async (v: string, m: string) =>
    (await models({ 'models/v.sql': v, 'models/m.sql': m })).byName.get('m')?.fingerprint
  const first = await of(view, table)
  const looks = table
    .replaceAll('\n', '\r\n')
    .replace('kind: table', '# a note\nkind: table\ndescription: d')
    .replace('SELECT', 'select  /* so */')
  expect(await of(`-- a note\n${view}`, looks)).toBe(first)
  const others = [
    await of(view.replace('price', 'price + 1 AS price'), table),
    await of(view, table.replace('sum', 'max')),
    await of(view, table.replace('partition: [day]', '')),
    await of(view, table.replace('kind: table', 'kind: merge\nkey: day')),
    await of(view.replace('view', 'table'), table),
  ]
  expect(new Set([first, ...others]).size).toBe(6)
})
