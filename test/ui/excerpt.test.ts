import { expect, test } from 'vitest'
import { MillraceError } from '../../src/core/errors.ts'
import { placeOfByte } from '../../src/sql/place.ts'
import { toldIn } from '../../ui/src/parts/excerpt.ts'

test('of a message the line is told apart over whose place the server has put a caret', () => {
  const place = placeOfByte('SELECT prise\nFROM events', 7)
  const { message } = new MillraceError('SQL_INVALID', { ...place, reason: 'there is no such column', suggestion: '' })
  expect(toldIn(message)).toEqual({
    said: 'line 1, column 8: there is no such column',
    excerpt: { line: 'SELECT prise', before: '       ' },
  })
})

test('a message of one line or several, with a caret elsewhere, is told whole', () => {
  expect(toldIn('it failed')).toEqual({ said: 'it failed' })
  expect(toldIn('it is 2 ^ 3\nor 8')).toEqual({ said: 'it is 2 ^ 3\nor 8' })
})
