import { expect, test } from 'vitest'
import { ordered, turned } from '../../ui/src/parts/order.ts'

const columns = [
  { id: 'name', by: (row: Row) => row.name },
  { id: 'size', numeric: true, by: (row: Row) => row.size },
]
interface Row {
  readonly name: string
  readonly size: number | null
}
const rows = [
  { name: 'part 10', size: 2 },
  { name: 'part 9', size: null },
  { name: 'Part 1', size: 10 },
]
const names = (by: string, way: 'up' | 'down') => ordered(rows, columns, { by, way }).map(({ name }) => name)

test('numbers within names count, capitals do not, and what is not known stands last either way', () => {
  expect(names('name', 'up')).toEqual(['Part 1', 'part 9', 'part 10'])
  expect(names('size', 'up')).toEqual(['part 10', 'Part 1', 'part 9'])
  expect(names('size', 'down')).toEqual(['Part 1', 'part 10', 'part 9'])
  expect(ordered(rows, columns, undefined)).toBe(rows)
})

test('figures are sorted from the greatest first, and a head that is pressed again turns', () => {
  const [name, size] = columns as [(typeof columns)[0], (typeof columns)[0]]
  expect(turned(size, undefined)).toEqual({ by: 'size', way: 'down' })
  expect(turned(name, { by: 'size', way: 'down' })).toEqual({ by: 'name', way: 'up' })
  expect(turned(name, { by: 'name', way: 'up' })).toEqual({ by: 'name', way: 'down' })
})
