import { expect, test } from 'vitest'
import { parseReadPoint } from '../../src/query/read-point.ts'

const at = (...texts: string[]) => parseReadPoint(texts, 'America/Hermosillo')

test.each([
  ['2024-02-29T12:00:00Z', '2024-02-29T12:00:00.000Z'],
  ['2024-02-29 12:00:00.5+02:00', '2024-02-29T10:00:00.500Z'],
  ['2024-02-29 12:00 -0730', '2024-02-29T19:30:00.000Z'],
  ['2024-02-29', '2024-02-29T07:00:00.000Z'],
  ['2024-02-29T23:30', '2024-03-01T06:30:00.000Z'],
])('%s is %s', (text, time) => {
  expect(at(text)).toEqual({ versions: {}, timestampMs: Date.parse(time) })
})

test('a time without a zone is right on both sides of a change of the clocks', () => {
  const madrid = (text: string) => new Date(parseReadPoint([text], 'Europe/Madrid').timestampMs ?? 0).toISOString()
  expect(madrid('2024-03-31 01:59')).toBe('2024-03-31T00:59:00.000Z')
  expect(madrid('2024-03-31 03:01')).toBe('2024-03-31T01:01:00.000Z')
  expect(madrid('2024-10-27 01:59')).toBe('2024-10-26T23:59:00.000Z')
  expect(madrid('2024-10-27 03:00')).toBe('2024-10-27T02:00:00.000Z')
})

test('versions of several tables, and a time for the others', () => {
  expect(at('orders=3,my table = 0', '2024-01-01T00:00:00Z')).toEqual({
    versions: { orders: 3, 'my table': 0 },
    timestampMs: Date.UTC(2024, 0, 1),
  })
})

test.each([
  '',
  'yesterday',
  '2024-02-30',
  'orders=-1',
  'orders=x',
  '2024-01-01T25:00',
  '2024-01-01T00:00Z,2024-01-02',
  'a=1,a=2',
])('%j is refused', (text) => {
  expect(() => at(text)).toThrow(expect.objectContaining({ code: 'READ_POINT_INVALID' }))
})
