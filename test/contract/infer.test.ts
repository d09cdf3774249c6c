import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseContract } from '../../src/contract/declaration.ts'
import { columnsText, type InferredColumn, inferColumns, rulesText } from '../../src/contract/infer.ts'
import { evidenceOf } from '../../src/contract/infer-evidence.ts'
import { parseType } from '../../src/core/columns.ts'
import { checker } from './harness.ts'

const { check } = await checker()

const fail = (path: readonly string[], reason: string): never => {
  throw new Error(`${path}: ${reason}`)
}

function infer(...values: readonly (string | null)[]) {
  const [column] = inferColumns([{ name: 'v', values }])
  const { name: _, ...rest } = column as { name: string; type: string }
  return rest
}

test.each([
  ['bigint', ['1', '-20', '9007199254740993', null, '']],
  ['varchar', ['007', '1']],
  ['varchar', ['+521', '1']],
  ['varchar', ['9223372036854775808']],
  ['bigint', ['0', '1']],
  ['boolean', ['true', 'FALSE']],
  ['decimal(12,2)', ['776.74', '5', '-0.5']],
  ['decimal(22,2)', ['123456789012345678.25']],
  ['double', ['19.0760123', '-98.1']],
  ['double', ['1.5e-3', 'NaN', '2']],
  ['date', ['2019-11-01', ' 2020-02-29']],
  ['varchar', ['2019-02-29']],
  ['timestamptz', ['2019-11-01 00:00:00 UTC', '2019-11-01T10:00', '2019-11-01']],
  ['uuid', ['3fca063b-dbd6-4306-8c8f-be86cc369d6d']],
  ['json', ['{"a": 1}', '[]']],
  ['varchar', ['{a}', '[]']],
  ['varchar', [null, '']],
  ['varchar', ['NULL', 'NA']],
  ['varchar', ['1/2/2020', '3/4/2020']],
] as const)('%s is inferred of %j', (type, values) => {
  expect(infer(...values)).toEqual({ type })
})

test('an order of day and month is told where the sample proves it', () => {
  expect(infer('1/2/2020', '31/4/2020', '30/12/2020')).toEqual({ type: 'varchar' })
  expect(infer('1/2/2020', '30/12/2020')).toEqual({ type: 'date', format: '%d/%m/%Y' })
  expect(infer('12/30/2020 10:00', '1/2/2020 23:59')).toEqual({ type: 'timestamptz', format: '%m/%d/%Y %H:%M' })
  expect(infer('2020/1/31')).toEqual({ type: 'date', format: '%Y/%m/%d' })
})

test('a day that does not exist is refused among a hundred dates or more, and told; among fewer all are text', () => {
  const dates = (count: number) => Array.from({ length: count }, (_, at) => `20${10 + (at % 90)}-01-31`)
  const why = (...values: string[]) => {
    const field = { name: 'v', values }
    return evidenceOf(inferColumns([field])[0] as InferredColumn, field).why
  }
  expect(infer(...dates(99), '2026-13-45')).toEqual({ type: 'date' })
  expect(why(...dates(99), '2026-13-45')).toBe('days, year first; 2026-13-45 is a day that does not exist: refused')
  expect(infer(...dates(99), '2026-02-30 10:00')).toEqual({ type: 'timestamptz' })
  expect(infer(...dates(98), '2026-13-45')).toEqual({ type: 'varchar' })
  expect(why(...dates(98), '2026-13-45')).toBe('dates, but 2026-13-45 is a day that does not exist: kept as text')
  expect(infer(...dates(99), 'soon')).toEqual({ type: 'varchar' })
})

test('of text that is numbers but for one value, that value is told', () => {
  const why = (...values: string[]) => {
    const field = { name: 'v', values }
    return evidenceOf(inferColumns([field])[0] as InferredColumn, field).why
  }
  expect(why('1', '2.5', 'many')).toBe('text, for many is no number as the others are')
  expect(why('1', 'few', 'many')).toBe('text')
})

const [seconds, millis, micros] = ['1700000000', '1700000000123', '1700000000123456'] as const

test.each([
  ['epoch_s', 'ts', [seconds, '1000000000', '4102444799']],
  ['epoch_s', 'created', [seconds, null, '']],
  ['epoch_s', 'created_utc', [seconds]],
  ['epoch_s', 'eventTime', [seconds, ` ${seconds} `]],
  ['epoch_s', 'time_2', [`${seconds}.5`, seconds]],
  ['epoch_ms', '@timestamp', [millis]],
  ['epoch_ms', 'updated_at', [millis, '1000000000000']],
  ['epoch_ms', 'date (ms)', [`${millis}.25`]],
  ['epoch_us', 'event_time_us', [micros]],
  ['bigint', 'ts', [seconds, '0']],
  ['bigint', 'ts', [seconds, '-1700000000']],
  ['bigint', 'ts', [seconds, millis]],
  ['bigint', 'ts', [seconds, '999999999']],
  ['bigint', 'ts', [seconds, '4102444800']],
  ['bigint', 'ts', [millis, '4102444800000']],
  ['bigint', 'ts', ['20240131', '20240201']],
  ['bigint', 'ts', ['1700000000123456789']],
  ['varchar', 'ts', [seconds, '01700000000']],
  ['bigint', 'id', [seconds]],
  ['bigint', 'timestamp_id', [seconds]],
  ['bigint', 'created_by', [seconds]],
  ['bigint', 'order_no', [seconds]],
  ['bigint', 'phone_at', [seconds]],
  ['bigint', 'at_least', [seconds]],
  ['bigint', 'cpu_time', [seconds]],
  ['bigint', 'time_ns', [seconds]],
  ['bigint', 'time_ms', [seconds]],
  ['bigint', 'v', [seconds]],
  ['decimal(13,1)', 'price', [`${seconds}.5`]],
] as const)('%s is inferred of a column %s of %j', (type, name, values) => {
  const [column] = inferColumns([{ name, values }])
  const expected = type.startsWith('epoch') ? { type: 'timestamptz', format: type } : { type }
  expect(column).toMatchObject(expected)
  expect(column?.format).toBe(expected.format)
})

test('numbers that are times are loaded as the instants that they are', async () => {
  const row = { ts: seconds, created: `${seconds}.25`, seen_at_ms: `${millis}.5`, time_us: micros }
  const fields = Object.entries(row).map(([name, value]) => ({ name, values: [value] }))
  const declared = Object.fromEntries(inferColumns(fields).map(({ name, ...column }) => [name, column]))
  const contract = parseContract({ columns: declared }, 'America/Hermosillo', { invalid: fail, unknownName: fail })
  const shown = Object.fromEntries(Object.keys(row).map((name) => [name, `epoch_us(${name})::VARCHAR`]))
  const { good } = await check(contract, [row], { shown })
  const second = '1700000000'
  const instants = { ts: `${second}000000`, created: `${second}250000`, seen_at_ms: `${second}123500`, time_us: micros }
  expect(good).toMatchObject([instants])
})

test.each([
  ['epoch_s', 'ts', 'bigint', [seconds, '4102444799']],
  ['epoch_s', 'ts', 'integer', [seconds]],
  ['epoch_ms', 'created_at', 'bigint', [millis]],
  ['bigint', 'ts', 'bigint', ['0', seconds]],
  ['bigint', 'ts', 'bigint', [seconds, millis]],
  ['bigint', 'ts', 'bigint', [null, null]],
  ['bigint', 'user_id', 'bigint', [seconds]],
  ['double', 'ts', 'double', [seconds]],
  ['varchar', 'ts', 'varchar', [seconds]],
] as const)('%s is inferred of a column %s that is %s in its file, from %j', (inferred, name, stated, values) => {
  const [column] = inferColumns([{ name, type: parseType(stated), values }])
  const expected = inferred.startsWith('epoch') ? { type: 'timestamptz', format: inferred } : { type: inferred }
  expect(column).toEqual({ name, ...expected })
})

test('a time that is a number says so in the project file, and has a rule that what comes keeps to', async () => {
  const fields = ['Time', '@ts', 'ts', 'seen at'].map((name) => ({ name, values: [seconds] }))
  const columns = inferColumns([...fields, { name: 'n', values: ['1'] }])
  expect(columnsText(columns.slice(0, 1))).toBe(
    "Time: column('timestamptz', { format: 'epoch_s' }), // seconds since 1970; if it is no time: a number’s type, and no such rule\n",
  )
  expect(rulesText(columns, '  ')).toBe(`  time_is_a_time: 'year("Time") BETWEEN 2001 AND 2099',
  ts_is_a_time: 'year("@ts") BETWEEN 2001 AND 2099',
  ts_is_a_time_2: 'year("ts") BETWEEN 2001 AND 2099',
  seen_at_is_a_time: 'year("seen_at") BETWEEN 2001 AND 2099',
`)
  expect(rulesText(columns.slice(4))).toBe('')
  expect(rulesText(inferColumns([{ name: 'day', values: ['30.12.2020'] }]))).toBe('')
})

test('a column without a name is never of times that are numbers', () => {
  expect(inferColumns([{ name: undefined, values: [seconds] }])[0]?.type).toBe('bigint')
})

test('what is known of numbers that are times, or may be, is said', () => {
  const why = (name: string, ...values: string[]) => {
    const field = { name, values }
    return evidenceOf(inferColumns([field])[0] as InferredColumn, field).why
  }
  expect(why('ts', seconds)).toBe(
    'seconds since 1970, as its name and values say: the first is 2023-11-14 22:13:20 UTC; what is not of 2001 to 2099 is refused',
  )
  expect(why('ts', 'NULL', millis)).toBe(
    'milliseconds since 1970, as its name and values say: the first is 2023-11-14 22:13:20 UTC; what is not of 2001 to 2099 is refused; NULL stands for no value',
  )
  expect(why('ts', seconds, seconds, '0')).toBe(
    'whole numbers; seconds since 1970, it may be, but 0 is none: as timestamptz of the format epoch_s they are times',
  )
  expect(why('time_ms', seconds)).toContain('but the name says another unit')
  expect(why('user_id', seconds)).toBe('whole numbers')
  expect(why('price', '1.5')).toBe('numbers with 1 digit at most after the point')
  expect(why('price', '1.25')).toBe('numbers with 2 digits at most after the point')
  expect(why('time', '12', '15', seconds)).toBe('whole numbers')
})

test('texts that stand for nothing are named where the rest has a type', () => {
  expect(infer('1', 'NULL', '\\N')).toEqual({ type: 'bigint', nulls: ['', 'NULL', '\\N'] })
  expect(infer('Ann', 'NULL')).toEqual({ type: 'varchar' })
})

test('names that no column can have are made into ones, and are printed to be pasted', () => {
  const columns = inferColumns([
    { name: 'user_id', values: ['1'] },
    { name: 'E-Mail address', values: ["o'hara"] },
    { name: '用户', values: ['1', '-'] },
    { name: '_file', values: [] },
    { name: '', values: [] },
    { name: 'USER_ID', values: [] },
    { name: 'extra', values: [] },
    { name: undefined, values: ['30.12.2020'] },
  ])
  expect(columnsText(columns, '  ')).toBe(`  user_id: 'bigint',
  e_mail_address: column('varchar', { from: 'E-Mail address' }),
  用户: column('bigint', { nulls: ['', '-'] }),
  file: column('varchar', { from: '_file' }),
  column_5: column('varchar', { from: '' }),
  USER_ID_2: column('varchar', { from: 'USER_ID' }),
  extra_2: column('varchar', { from: 'extra' }),
  column_8: column('date', { format: '%d.%m.%Y' }),
`)
})

test('what is inferred can be declared, and loads the sample whole', async () => {
  const pad = (value: number) => String(value).padStart(2, '0')
  const part = fc.oneof(
    fc.integer().map(String),
    fc.double().map(String),
    fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
    fc.tuple(fc.integer({ min: -9999, max: 9999 }), fc.nat(999)).map(([a, b]) => `${a}.${b}`),
    fc
      .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
      .map((d) => d.toISOString()),
    fc.tuple(fc.nat(31), fc.nat(13), fc.integer({ min: 1990, max: 2030 })).map(([d, m, y]) => `${d}/${pad(m)}/${y}`),
    fc.uuid(),
    fc.integer({ min: 990_000_000, max: 4_110_000_000 }).map(String),
    fc.integer({ min: 990_000_000_000, max: 4_110_000_000_000 }).map((millis) => String(millis / 4)),
    fc.bigInt({ min: 990_000_000_000_000n, max: 4_110_000_000_000_000n }).map(String),
    fc.json(),
    fc.boolean().map(String),
    fc.string(),
    fc.constantFrom('', ' ', 'NULL', 'NA', '-', 'nan', 'inf', '1e999', '00', '2020-02-30', '24:00'),
  )
  const sample = fc.oneof(
    fc.array(part, { maxLength: 5 }),
    part.chain((one) => fc.array(fc.constantFrom(one, '', 'NULL'), { maxLength: 4 })),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(sample, { minLength: 1, maxLength: 8 }), async (columns) => {
      const inferred = inferColumns(columns.map((values, index) => ({ name: `ts ${index}`, values })))
      const declared = Object.fromEntries(inferred.map(({ name, ...column }) => [name, column]))
      const contract = parseContract({ columns: declared }, 'UTC', { invalid: fail, unknownName: fail })
      const rows = Array.from({ length: 5 }, (_, row) =>
        Object.fromEntries(columns.map((values, index) => [`ts ${index}`, values[row] ?? null])),
      )
      const { good, bad } = await check(contract, rows)
      expect(bad).toEqual([])
      expect(good.length).toBe(5)
    }),
    { numRuns: 100 },
  )
})
