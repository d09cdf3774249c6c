import { expect, test } from 'vitest'
import { type Accepted, parseChecks } from '../../src/checks/check.ts'
import { judge, type Subject, type Verdict } from '../../src/checks/judge.ts'
import { MillraceError } from '../../src/core/errors.ts'
import type { Value } from '../../src/core/values.ts'
import type { Relation } from '../../src/engines/relation.ts'
import { columns, contextOf, engine as openEngine } from '../engines/harness.ts'

const engine = await openEngine()

const texts = {
  id: 'bigint',
  kind: 'varchar',
  price: 'decimal(8,2)',
  at: 'timestamptz',
  email: 'varchar',
  level: 'smallint',
  token: 'uuid',
  ok: 'boolean',
  day: 'date',
} as const

type Row = Partial<Record<keyof typeof texts, Value>>

function relation(rows: readonly Row[]): Relation {
  const names = Object.keys(texts) as (keyof typeof texts)[]
  return { kind: 'values', columns: columns(texts), rows: rows.map((row) => names.map((name) => row[name] ?? null)) }
}

interface Given {
  readonly staged?: readonly Row[]
  readonly after?: readonly Row[]
  readonly users?: readonly Row[]
  readonly pii?: readonly string[]
}

async function judged(block: unknown, given: Given): Promise<readonly Verdict[]> {
  const { checks, faults } = parseChecks(block)
  expect(faults).toEqual([])
  const subject: Subject = { table: 't', columns: columns(texts), checks, pii: new Set(given.pii) }
  const staged = relation(given.staged ?? given.after ?? [])
  const after = relation(given.after ?? given.staged ?? [])
  const reference = async (table: string) => {
    if (table === 'users') return relation(given.users ?? [])
    throw new MillraceError('NAME_UNKNOWN', { what: 'table', name: table, suggestion: 'there are users' })
  }
  return judge(engine, subject, { staged, after, reference }, contextOf())
}

async function one(block: unknown, given: Given): Promise<Verdict> {
  const [verdict, second] = await judged(block, given)
  expect(second).toBeUndefined()
  return verdict as Verdict
}

test('a table that is as expected passes, each check with the rows that it judged', async () => {
  const block = {
    not_null: ['id'],
    unique: [['id'], ['kind', 'level']],
    accepted: { kind: ['a', 'b'] },
    references: { id: 'users.id' },
    rows: { min: 1, max: 3 },
    expr: { positive: 'price > 0' },
  }
  const staged = [{ id: 1n, kind: 'a', price: '1.00', level: 1 }]
  const after = [...staged, { id: 2n, kind: 'b', level: 1 }]
  const verdicts = await judged(block, { staged, after, users: [{ id: 1n }] })
  expect(
    verdicts.map(({ check, outcome, rowsFailed, rowsJudged }) => [check.name, outcome, rowsFailed, rowsJudged]),
  ).toEqual([
    ['not_null(id)', 'passed', 0, 1],
    ['unique(id)', 'passed', 0, 1],
    ['unique(kind, level)', 'passed', 0, 1],
    ['accepted(kind)', 'passed', 0, 1],
    ['references(id)', 'passed', 0, 1],
    ['rows', 'passed', 0, 2],
    ['positive', 'passed', 0, 1],
  ])
})

test('every failing row is counted, and some are shown with the columns of the check first', async () => {
  const staged = Array.from({ length: 5000 }, (_, at) => ({ id: BigInt(at), ...(at % 2 === 0 && { kind: 'a' }) }))
  const verdict = await one({ not_null: ['kind'] }, { staged })
  expect(verdict).toMatchObject({ outcome: 'failed', rowsFailed: 2500, rowsJudged: 5000 })
  expect(verdict.examples).toHaveLength(3)
  expect(verdict.examples[0]).toMatch(/^\{kind: NULL, id: \d+, /)
})

test('new rows alone are judged one by one; the table as it will be is judged as a whole', async () => {
  const given = { staged: [{ id: 1n, kind: 'a' }], after: [{ id: 1n, kind: 'a' }, { id: 1n }] }
  const block = { not_null: ['kind'], unique: ['id'], rows: { max: 1 } }
  expect((await judged(block, given)).map(({ outcome, rowsFailed }) => [outcome, rowsFailed])).toEqual([
    ['passed', 0],
    ['failed', 2],
    ['failed', 1],
  ])
})

test('unique counts every row that shares its key, and leaves rows with a NULL in it alone', async () => {
  const after = [
    { id: 1n, kind: 'a' },
    { id: 1n, kind: 'a' },
    { id: 1n, kind: 'b' },
    { id: 2n },
    { id: 2n },
    { id: 3n, kind: 'c' },
    { id: 3n, kind: 'c' },
    { id: 3n, kind: 'c' },
  ]
  const verdict = await one({ unique: [['id', 'kind']] }, { after })
  expect(verdict).toMatchObject({ rowsFailed: 5, rowsJudged: 6 })
  expect(verdict.examples).toEqual(['{id: 3, kind: "c"} 3 times', '{id: 1, kind: "a"} 2 times'])
})

test('unique looks at the rows that share a key of a new row: what the table had was judged when it came', async () => {
  const had = [{ id: 1n }, { id: 1n }, { id: 2n }, {}]
  const added = (staged: readonly Row[]) => one({ unique: ['id'] }, { staged, after: [...had, ...staged] })
  expect(await added([{ id: 3n }, {}])).toMatchObject({ outcome: 'passed', rowsFailed: 0, rowsJudged: 1 })
  expect(await added([{ id: 2n }, { id: 3n }])).toMatchObject({ outcome: 'failed', rowsFailed: 2, rowsJudged: 3 })
  expect(await added([])).toMatchObject({ outcome: 'passed', rowsJudged: 0 })
  expect(await one({ unique: ['id'] }, { after: had })).toMatchObject({ outcome: 'failed', rowsFailed: 2 })
})

test('what is missing at a limit, and what is over, is how rows fails', async () => {
  const after = [{ id: 1n }, { id: 2n }]
  expect(await one({ rows: { min: 5 } }, { after })).toMatchObject({ rowsFailed: 3, rowsJudged: 2 })
  expect(await one({ rows: { max: 1 } }, { after })).toMatchObject({ rowsFailed: 1, rowsJudged: 2 })
  expect(await one({ rows: { min: 2, max: 2 } }, { after })).toMatchObject({ outcome: 'passed' })
  expect(await one({ rows: { min: 1 } }, { after: [] })).toMatchObject({ rowsFailed: 1, rowsJudged: 0 })
})

const listed: readonly (readonly [keyof typeof texts, Value, readonly Accepted[], readonly Accepted[]])[] = [
  ['kind', "it's", ["it's"], ['its']],
  ['level', 2, [1, 2], ['1']],
  ['price', '1.50', ['1.5'], [1.51, 2]],
  ['at', '2026-01-01T00:00:00Z', ['2025-12-31 17:00:00-07'], ['2026-01-01T00:00:01Z']],
  ['token', '00000000-0000-4000-8000-00000000000a', ['00000000-0000-4000-8000-00000000000A'], ['x']],
  ['ok', true, [true], [false]],
  ['day', '2026-02-28', ['2026-02-28'], ['2026-03-01']],
  ['id', 9007199254740993n, [9007199254740993n], [9007199254740992n]],
]

test.each(listed)('%s is compared with the values of its type', async (column, value, with_, without) => {
  const staged = [{ [column]: value }, { [column]: null }]
  expect(await one({ accepted: { [column]: with_ } }, { staged })).toMatchObject({ outcome: 'passed', rowsJudged: 2 })
  expect(await one({ accepted: { [column]: without } }, { staged })).toMatchObject({ rowsFailed: 1 })
})

test('a condition that cannot tell lets a row pass, and one that fails on a row does not', async () => {
  const staged = [{ kind: '1' }, {}, { kind: 'x' }, { kind: '0' }]
  expect(await one({ expr: { c: 'kind::INTEGER > 0 -- as agreed' } }, { staged })).toMatchObject({ rowsFailed: 2 })
})

test('references finds what the other table lacks; NULL on either side is nothing', async () => {
  const given = { staged: [{ id: 1n }, { id: 2n }, { id: null }], users: [{ id: 1n }, { id: null }] }
  const verdict = await one({ references: { id: 'users.id' } }, given)
  expect(verdict).toMatchObject({ outcome: 'failed', rowsFailed: 1, rowsJudged: 3 })
  expect(verdict.examples).toEqual(['{id: 2, kind: NULL, price: NULL, at: NULL, email: NULL, level: NULL}'])
})

test('a table that refers to itself is looked up in what it will be', async () => {
  const given = { staged: [{ id: 1n, level: 2 }], after: [{ id: 1n, level: 2 }, { id: 2n }] }
  expect(await one({ references: { level: 't.id' } }, given)).toMatchObject({ outcome: 'passed' })
})

test('personal values are hidden in examples', async () => {
  const after = [
    { email: 'eva@example.com', level: 1 },
    { email: 'eva@example.com', level: 1 },
  ]
  const block = { unique: ['email'], expr: { low: 'level < 1' }, accepted: { email: ['x'] } }
  const verdicts = await judged(block, { after, pii: ['email'] })
  expect(verdicts.map(({ rowsFailed }) => rowsFailed)).toEqual([2, 2, 2])
  expect(verdicts.flatMap(({ examples }) => examples).join()).not.toContain('eva')
  expect(verdicts[0]?.examples).toEqual(['{email: (hidden)} 2 times'])
})

test.each([
  ['an unknown column', { not_null: ['kin'] }, 'there is no column `kin`; did you mean `kind`?'],
  ['an unknown column in a condition', { expr: { c: 'prize > 0' } }, 'did you mean `price`?'],
  ['a subquery', { expr: { c: 'id IN (SELECT 1)' } }, 'no subqueries'],
  ['a condition of today', { expr: { c: 'day < current_date' } }, 'does not say the same'],
  ['no condition', { expr: { c: 'price >' } }, 'syntax error'],
  ['a call that does not exist', { expr: { c: 'pricy(price)' } }, 'pricy'],
  ['an aggregate', { expr: { c: 'sum(price) > 0' } }, 'aggregate'],
  ['an unknown table', { references: { id: 'user.id' } }, 'there is no table `user`'],
  ['an unknown column elsewhere', { references: { id: 'users.idd' } }, 'idd'],
  ['a value of another type', { accepted: { level: ['high'] } }, 'high'],
] as const)('%s is a check that cannot be run, and the others are', async (_, block, reason) => {
  const verdicts = await judged({ ...block, rows: { min: 1 } }, { staged: [{ id: 1n, kind: 'a' }] })
  expect(verdicts[0]).toMatchObject({ outcome: 'error', reason: expect.stringContaining(reason) })
  expect(verdicts[1]).toMatchObject({ outcome: 'passed' })
})

test('a check that cannot be run does not keep its neighbours from the scan', async () => {
  const block = { not_null: ['kind'], expr: { bad: 'pricy(price)', good: 'id > 1' } }
  const verdicts = await judged(block, { staged: [{ id: 1n, kind: 'a' }] })
  expect(verdicts.map(({ outcome }) => outcome)).toEqual(['passed', 'error', 'failed'])
})
