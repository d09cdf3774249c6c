import { expect, test } from 'vitest'
import { ProcessorTime } from '../../src/engines/duckdb-process/processor-time.ts'

test('what passes while several do something is divided among them, and nobody has what passed without him', () => {
  let totalMs = 0
  const processor = new ProcessorTime(() => totalMs)
  totalMs = 100 // nobody is there
  const first = processor.share()
  totalMs = 130
  const second = processor.share()
  totalMs = 150
  expect([first.ms(), second.ms()]).toEqual([40, 10])
  second[Symbol.dispose]()
  totalMs = 170
  expect(first.ms()).toBe(60)
  first[Symbol.dispose]()
  totalMs = 500
  expect(processor.share().ms()).toBe(0)
})

test('the processor time of this process grows with what it does', () => {
  using share = new ProcessorTime().share()
  const until = performance.now() + 50
  while (performance.now() < until);
  expect(share.ms()).toBeGreaterThan(20)
})
