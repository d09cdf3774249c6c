import { expect, test } from 'vitest'
import { parseChecks } from '../../src/checks/check.ts'

test('a block of checks is read in its short and its long forms', () => {
  const { checks, faults } = parseChecks({
    not_null: ['department', { column: 'product', severity: 'warn' }],
    unique: ['event_id', ['day', 'brand'], { columns: ['a', 'b'], severity: 'warn' }],
    accepted: { event_type: ['view', 'cart'], level: { values: [1, 2n, true], severity: 'warn' } },
    references: { user_id: 'users.user_id', song_id: { to: 'songs.song_id', severity: 'warn' } },
    rows: { min: 1, max: 10n, severity: 'warn' },
    expr: { revenue_not_negative: 'revenue >= 0', cheap: { expr: 'price < 10', severity: 'warn' } },
  })
  expect(faults).toEqual([])
  expect(checks.map(({ name, severity, path }) => [name, severity, path.join('.')])).toEqual([
    ['not_null(department)', 'block', 'not_null.0'],
    ['not_null(product)', 'warn', 'not_null.1'],
    ['unique(event_id)', 'block', 'unique.0'],
    ['unique(day, brand)', 'block', 'unique.1'],
    ['unique(a, b)', 'warn', 'unique.2'],
    ['accepted(event_type)', 'block', 'accepted.event_type'],
    ['accepted(level)', 'warn', 'accepted.level'],
    ['references(user_id)', 'block', 'references.user_id'],
    ['references(song_id)', 'warn', 'references.song_id'],
    ['rows', 'warn', 'rows'],
    ['revenue_not_negative', 'block', 'expr.revenue_not_negative'],
    ['cheap', 'warn', 'expr.cheap'],
  ])
  expect(checks.find(({ kind }) => kind === 'rows')).toMatchObject({ min: 1, max: 10 })
  expect(checks.find(({ kind }) => kind === 'references')).toMatchObject({ table: 'users', to: 'user_id' })
})

test('a list of one severity is written once', () => {
  const { checks } = parseChecks({ not_null: { columns: ['a', { column: 'b', severity: 'block' }], severity: 'warn' } })
  expect(checks.map(({ severity, path }) => [severity, path])).toEqual([
    ['warn', ['not_null', 'columns', '0']],
    ['block', ['not_null', 'columns', '1']],
  ])
})

test('no block is no checks', () => {
  expect(parseChecks(undefined)).toEqual({ checks: [], faults: [] })
  expect(parseChecks(null)).toEqual({ checks: [], faults: [] })
})

const wrong: readonly (readonly [string, unknown, string, string])[] = [
  ['no object', ['not_null'], '', 'checks takes not_null'],
  ['an unknown kind', { notnull: ['a'] }, 'notnull', 'did you mean `not_null`?'],
  ['not_null of no list', { not_null: 'a' }, 'not_null', 'a list of columns'],
  ['not_null of a number', { not_null: ['a', 7] }, 'not_null.1', 'a column is missing'],
  ['an unknown setting', { not_null: [{ column: 'a', severty: 'warn' }] }, 'not_null.0.severty', 'severity'],
  ['an unknown severity', { rows: { min: 1, severity: 'error' } }, 'rows.severity', 'block or warn'],
  ['an empty key', { unique: [[]] }, 'unique.0', 'a key is a column'],
  ['a key with a column twice', { unique: [['a', 'A']] }, 'unique.0', 'twice'],
  ['accepted without columns', { accepted: ['view'] }, 'accepted', 'columns with their values'],
  ['accepted of nothing', { accepted: { a: [] } }, 'accepted.a', 'a list of values'],
  ['accepted of NULL', { accepted: { a: [null] } }, 'accepted.a', 'NULL passes'],
  ['accepted of infinity', { accepted: { a: [Number.POSITIVE_INFINITY] } }, 'accepted.a', 'values are texts'],
  ['a reference to a table', { references: { a: 'users' } }, 'references.a', 'table.column'],
  ['a reference through a schema', { references: { a: 'x.users.id' } }, 'references.a', 'table.column'],
  ['rows of nothing', { rows: {} }, 'rows', 'min, max, or both'],
  ['rows of a number', { rows: 7 }, 'rows', 'rows takes limits'],
  ['rows of a fraction', { rows: { min: 1.5 } }, 'rows.min', 'a number of rows'],
  ['rows that cannot be', { rows: { min: 2, max: 1 } }, 'rows', 'no number of rows'],
  ['a misspelt limit', { rows: { min: 1, maxx: 2 } }, 'rows.maxx', 'did you mean `max`?'],
  ['an empty condition', { expr: { fine: ' ' } }, 'expr.fine', 'a condition in SQL'],
  ['a name twice', { not_null: ['a', 'a'] }, 'not_null.1', 'two checks `not_null(a)`'],
  ['a name of another', { rows: { min: 1 }, expr: { rows: 'a > 1' } }, 'expr.rows', 'two checks `rows`'],
]

test.each(wrong)('%s is told at its place', (_, block, path, reason) => {
  const { faults } = parseChecks(block)
  expect(faults).toHaveLength(1)
  expect(faults[0]?.path.join('.')).toBe(path)
  expect(faults[0]?.reason).toContain(reason)
})

test('what is right beside a fault is given', () => {
  const { checks, faults } = parseChecks({ not_null: ['a', 1], rows: { min: 1 } })
  expect(checks.map(({ name }) => name)).toEqual(['not_null(a)', 'rows'])
  expect(faults).toHaveLength(1)
})
