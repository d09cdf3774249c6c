import { expect, test } from 'vitest'
import { checker, columnOf, contractOf } from '../harness.ts'

const { check } = await checker()

/** What a column with this format makes of each text: the value, null, or `refused`. */
async function read(type: string, format: string | readonly string[], texts: readonly string[], timezone = 'UTC') {
  const contract = contractOf([columnOf('v', type, { formats: [format].flat() })], { timezone })
  const { good, bad } = await check(
    contract,
    texts.map((v) => ({ v })),
  )
  const found = new Map<unknown, unknown>(good.map(({ _row, v }) => [_row, v]))
  for (const { _row } of bad) found.set(_row, 'refused')
  return texts.map((_, row) => found.get(row))
}

test('epoch numbers are read exactly, besides ISO 8601', async () => {
  const texts = [
    '1511544070',
    '1511544070.5',
    '-1',
    '1e9',
    '1511544070.1234567',
    '2017-11-24T17:21:10Z',
    '',
    '99999999999999999',
  ]
  expect(await read('timestamptz', 'epoch_s', texts)).toEqual([
    '2017-11-24 17:21:10+00',
    '2017-11-24 17:21:10.5+00',
    '1969-12-31 23:59:59+00',
    'refused',
    'refused',
    '2017-11-24 17:21:10+00',
    null,
    'refused',
  ])
  expect(await read('timestamptz', 'epoch_ms', ['1511544070123', '1511544070123.456', '1511544070123.4567'])).toEqual([
    '2017-11-24 17:21:10.123+00',
    '2017-11-24 17:21:10.123456+00',
    'refused',
  ])
  expect(await read('timestamptz', 'epoch_us', ['1511544070123456', '1511544070123456.0', '1.5'])).toEqual([
    '2017-11-24 17:21:10.123456+00',
    '2017-11-24 17:21:10.123456+00',
    'refused',
  ])
})

test.each([
  ['epoch_s', '-62135596800', '253402300799.9999990', '253402300800', '999999999999', '1000000000000'],
  ['epoch_ms', '-62135596800000', '253402300799999.9990', '253402300800000', '999999999999999.9', '1000000000000000'],
  ['epoch_us', '-62135596800000000', '253402300799999999.0', '253402300800000000', '999999999999999999', '-1e17'],
])(
  'an %s is of the years 1 to 9999, to the microsecond, and nothing beyond',
  async (format, first, last, ...beyond) => {
    const texts = [first, ` ${last}\t`, '000000000000000000', '+0.', ...beyond]
    const epoch = '1970-01-01 00:00:00+00'
    const times = ['0001-01-01 00:00:00+00', '9999-12-31 23:59:59.999999+00', epoch, epoch]
    expect(await read('timestamptz', format, texts)).toEqual([...times, 'refused', 'refused', 'refused'])
  },
)

test('a strptime pattern takes what it says, and no year of two digits for four', async () => {
  const texts = [
    '31/12/2019',
    '1/2/2020',
    '31/4/2020',
    '1/2/20',
    '2020-02-01',
    ' 01/02/2020 ',
    '01//02/2020',
    '1/2/20200',
  ]
  expect(await read('date', '%d/%m/%Y', texts)).toEqual([
    '2019-12-31',
    '2020-02-01',
    'refused',
    'refused',
    '2020-02-01',
    '2020-02-01',
    'refused',
    'refused',
  ])
  expect(await read('date', '%d.%m.%y', ['31.12.19', '1.2.68'])).toEqual(['2019-12-31', '2068-02-01'])
})

test('a pattern with an offset keeps it, a pattern that ends in a zone means it, another is in the project’s zone', async () => {
  const log = '%d/%b/%Y:%H:%M:%S %z'
  const texts = [
    '10/Oct/2000:13:55:36 -0700',
    '10/Oct/2000:13:55:36 +0530',
    '10/Oct/2000:13:55:36',
    '10/Oct/2000:24:00:00 +0000',
  ]
  expect(await read('timestamptz', log, texts, 'America/New_York')).toEqual([
    '2000-10-10 20:55:36+00',
    '2000-10-10 08:25:36+00',
    'refused',
    'refused',
  ])
  const american = [
    '7/4/2020 01:30 PM',
    '7/4/2020 13:30 PM',
    '7/4/2020 12:00 AM',
    '3/8/2020 02:30 AM',
    '11/1/2020 01:30 AM',
  ]
  expect(await read('timestamptz', '%m/%d/%Y %I:%M %p', american, 'America/New_York')).toEqual([
    '2020-07-04 17:30:00+00',
    'refused',
    '2020-07-04 04:00:00+00',
    'refused',
    '2020-11-01 05:30:00+00',
  ])
  expect(await read('timestamptz', '%d.%m.%Y %H:%M UTC', ['04.07.2020 13:30 UTC'], 'America/New_York')).toEqual([
    '2020-07-04 13:30:00+00',
  ])
})

test('a pattern that is ISO 8601 is read as fast as ISO, and takes missing zeros besides', async () => {
  const shop = ['2019-11-08 05:14:53 UTC', '2019-11-8 5:14:53 UTC', '2019-11-08 05:14:53', '2019-11-08 25:14:53 UTC']
  expect(await read('timestamptz', '%Y-%m-%d %H:%M:%S UTC', shop, 'America/Hermosillo')).toEqual([
    '2019-11-08 05:14:53+00',
    '2019-11-08 05:14:53+00',
    '2019-11-08 12:14:53+00',
    'refused',
  ])
  expect(await read('date', '%Y-%m-%d', ['2020-1-5', '2020-01-05', '20-1-5'])).toEqual([
    '2020-01-05',
    '2020-01-05',
    'refused',
  ])
})

test('fractions of a second are read as fractions', async () => {
  const texts = ['01.02.2020 10:00:00.5', '01.02.2020 10:00:00.123', '01.02.2020 10:00:00.000007']
  expect(await read('timestamptz', '%d.%m.%Y %H:%M:%S.%f', texts)).toEqual([
    '2020-02-01 10:00:00.5+00',
    '2020-02-01 10:00:00.123+00',
    '2020-02-01 10:00:00.000007+00',
  ])
  expect(await read('timestamptz', '%d.%m.%Y %H:%M:%S.%g', texts)).toEqual([
    'refused',
    '2020-02-01 10:00:00.123+00',
    'refused',
  ])
  const unpadded = ['1.2.2020 9:05', '01.02.2020 09:05']
  expect(await read('timestamptz', '%-d.%-m.%Y %-H:%M', unpadded)).toEqual([
    '2020-02-01 09:05:00+00',
    '2020-02-01 09:05:00+00',
  ])
})

test('several formats are tried in their order', async () => {
  expect(await read('timestamptz', ['epoch_s', '%d/%m/%Y %H:%M'], ['0', '01/02/2020 10:00', 'x'])).toEqual([
    '1970-01-01 00:00:00+00',
    '2020-02-01 10:00:00+00',
    'refused',
  ])
})

test('what is wrong with a time is said', async () => {
  const contract = contractOf([columnOf('v', 'timestamptz')], { timezone: 'America/New_York' })
  const texts = ['2020-03-08 02:30:00', '2020-02-30 00:00:00', '2020-01-01 00:00:00.1234567', 'soon']
  const { bad } = await check(
    contract,
    texts.map((v) => ({ v })),
  )
  expect(bad.map(({ message }) => message)).toEqual([
    "'2020-03-08 02:30:00' does not exist in America/New_York, whose clocks skip it (timestamptz)",
    "'2020-02-30 00:00:00' is a date or time that does not exist (timestamptz)",
    "'2020-01-01 00:00:00.1234567' has digits beyond the microsecond (timestamptz)",
    "'soon' is not a timestamptz",
  ])
})
