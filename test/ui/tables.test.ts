import { expect, test } from 'vitest'
import type { TableView } from '../../src/api/tables.ts'
import { listed } from '../../ui/src/pages/tables/listed.ts'
import { columnParts, previewSql, spanText } from '../../ui/src/pages/tables/preview-query.ts'
import { listSearch, tableSearch } from '../../ui/src/pages/tables/search.ts'

const column = (name: string, pii = false) => ({ name, type: 'varchar', nullable: true, pii })

test('a preview asks for no personal column, quotes what would be no name, and begins with the newest', () => {
  const columns = [column('id'), column('mail', true), column('odd "name"'), column('order')]
  expect(previewSql('my table', columns, { time: null, rows: 50 })).toBe(
    'SELECT id, "odd ""name""", "order"\nFROM "my table"\nLIMIT 50',
  )
  expect(previewSql('events', [column('id')], { time: 'at', rows: 200 })).toBe(
    'SELECT id\nFROM events\nORDER BY "at" DESC NULLS LAST\nLIMIT 200',
  )
  expect(previewSql('people', [column('mail', true)], { time: null, rows: 50 })).toBe(undefined)
})

test('tables are found by parts of their name, and know what is in their tail', () => {
  const tables = ['events', 'event_days', 'people'].map((name) => ({ name }) as TableView)
  const streams = [{ name: 'events', counts: { pending: 5 } }]
  const found = (find: string) => listed(tables, streams, find).map(({ name, tail }) => [name, tail])
  expect(found(' DAY  event ')).toEqual([['event_days', null]])
  expect(found('')).toEqual([
    ['events', 5],
    ['event_days', null],
    ['people', null],
  ])
})

test('an address with anything in it shows the page', () => {
  expect([tableSearch({ tab: 'files' }), tableSearch({ tab: '<x>' }), tableSearch({})]).toEqual([
    { tab: 'files' },
    {},
    {},
  ])
  expect([listSearch({ find: 'a' }), listSearch({ find: 7 }), listSearch({ find: '' })]).toEqual([
    { find: 'a' },
    {},
    {},
  ])
})

test('the columns of a wide table are shown in parts, each named by its ends', () => {
  const parts = columnParts(Array.from({ length: 120 }, (_, at) => column(`c${at}`)))
  expect(parts.map(spanText)).toEqual(['c0 to c49', 'c50 to c99', 'c100 to c119'])
  expect(columnParts([column('only')]).map(spanText)).toEqual(['only'])
})
