import { expect, test } from 'vitest'
import { isPath } from '../../src/contract/fields.ts'
import { formatFault } from '../../src/contract/forms/formats.ts'
import { isZone } from '../../src/contract/zone.ts'

test.each([
  ['epoch_s', 'date', 'is for timestamptz'],
  ['iso', 'timestamptz', 'neither'],
  ['%Y-%m-%d %Q', 'timestamptz', '%Q is not known'],
  ['%H:%M', 'timestamptz', 'needs a year'],
  ['%d/%m/%Y %I:%M', 'timestamptz', 'go together'],
  ['%d/%m/%Y %H', 'date', 'no time of day'],
] as const)('the format %s of a %s column is refused', (format, kind, reason) => {
  expect(formatFault(format, kind)).toContain(reason)
})

test('formats that can be used have no fault', () => {
  expect(formatFault('%d/%b/%Y:%H:%M:%S %z', 'timestamptz')).toBeUndefined()
  expect(formatFault('%d.%m.%y', 'date')).toBeUndefined()
})

test('a path into JSON begins with $. or $[, a header may begin with $', () => {
  expect(['$.a', '$["a"]', '$price', 'a'].map(isPath)).toEqual([true, true, false, false])
})

test('zones are those of the IANA database', () => {
  expect(['America/Hermosillo', 'UTC', 'Mars/Base'].map(isZone)).toEqual([true, true, false])
})
