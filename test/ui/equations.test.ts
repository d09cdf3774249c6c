import { expect, test } from 'vitest'
import {
  type FileLine,
  fileGroups,
  openBooks,
  type StreamLine,
  streamCloses,
  streamEquations,
} from '../../ui/src/pages/ledger/equations.ts'

const stream: StreamLine = {
  table: 'events',
  log: 'l1',
  received: 20,
  accepted: 15,
  duplicate: 3,
  rejected: 2,
  conflicts: 1,
  mended: 1,
  stored: 11,
  rejected_by_rule: 2,
  late_duplicate: 0,
  pending: 3,
  rejects_open: 2,
  rejects_mended: 1,
  rejects_superseded: 0,
  rejects_discarded: 1,
  rows_stored: 11,
  removed: 1,
  restored: 0,
  rows_foreign: 4,
  rows_in_table: 14,
  closes: true,
  open: null,
}
const file: FileLine = {
  table: 'people',
  source: 'crm',
  batch: 1,
  file: 'a.csv',
  current: true,
  lines: 11,
  records: 10,
  stored: 8,
  duplicate: 1,
  rejected: 1,
  rejects_kept: 1,
  removed: 0,
  restored: 0,
  rows_in_table: 8,
  closes: true,
  open: null,
}

test('a stream closes when each of its equations does', () => {
  expect(streamEquations(stream).map(({ about, closes }) => [about, closes])).toEqual([
    ['What came', true],
    ['What became of it', true],
    ['What was refused', true],
    ['What the table holds of it', true],
  ])
  expect(streamCloses(stream)).toBe(true)
})

test.each([
  'received',
  'accepted',
  'duplicate',
  'rejected',
  'mended',
  'stored',
  'rejected_by_rule',
  'late_duplicate',
  'pending',
  'rejects_open',
  'rejects_mended',
  'rejects_superseded',
  'rejects_discarded',
  'rows_stored',
  'removed',
  'restored',
  'rows_foreign',
  'rows_in_table',
] as const)('one %s more than there is opens it, even where the server says that it closes', (name) => {
  expect(streamCloses({ ...stream, [name]: (stream[name] ?? 0) + 1 })).toBe(false)
})

test('what the server finds open is open, whatever the sums', () => {
  const open = { ...stream, closes: false, open: '2 commits are no longer in the log' }
  expect(streamCloses(open)).toBe(false)
  const ledger = { closes: false, streams: [open], files: [file, { ...file, file: 'b.csv', closes: false, open: 'x' }] }
  expect(openBooks(ledger)).toEqual(['events: 2 commits are no longer in the log', 'b.csv: x'])
  expect(openBooks({ closes: true, streams: [stream], files: [file] })).toEqual([])
})

test('files of a table are one account; rows of a delivery that was replaced are out of it, and those routed elsewhere are told', () => {
  const replaced = { ...file, batch: 0, current: false, rows_in_table: null, removed: null, restored: null }
  const [people, orders] = fileGroups([file, replaced, { ...file, table: 'orders', records: 15 }])
  expect(people).toMatchObject({ table: 'people', closes: true, lines: [file, replaced] })
  expect(people?.equations[1]?.left).toEqual([{ name: 'stored', count: 8 }])
  expect(orders?.equations[0]?.right.at(-1)).toEqual({ name: 'into other tables', count: 5 })
  expect(orders?.closes).toBe(true)
  const [short] = fileGroups([{ ...file, rows_in_table: 7 }])
  expect(short?.closes).toBe(false)
  // what is missing is not taken for what went elsewhere
  expect(fileGroups([{ ...file, records: 12, closes: false, open: 'x' }])[0]?.equations[0]?.closes).toBe(false)
})
