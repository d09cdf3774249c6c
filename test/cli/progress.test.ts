import { expect, test } from 'vitest'
import { progressOn } from '../../src/cli/progress.ts'
import { captured } from './terminal.ts'

const pulse = (done: number) =>
  ({
    kind: 'pulse',
    type: 'task.progress',
    task: 'data/2019-Nov.csv.gz',
    done,
    total: 2_000_000,
    unit: 'rows',
  }) as const

test('one line on a terminal says how much, how fast and how long it will take', () => {
  const { stream, text } = captured(100)
  let now = 0
  const progress = progressOn(stream, () => now)
  progress.emit(pulse(0))
  now = 1000
  progress.emit(pulse(500_000))
  expect(text().split('\r').at(-1)).toBe(
    'data/2019-Nov.csv.gz  ━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌  25%  500,000 rows  500,000 rows/s  3.0 s left\u001b[K',
  )
  progress.clear()
  expect(text().endsWith('\r\u001b[K')).toBe(true)
})

test('it is drawn ten times a second at most, and never wider than the terminal', () => {
  const { stream, text } = captured(50)
  let now = 1000
  const progress = progressOn(stream, () => now)
  for (; now < 2000; now += 10) progress.emit(pulse(now))
  const lines = text().split('\r').slice(1)
  expect(lines.length).toBe(10)
  for (const line of lines) expect(line.replace('\u001b[K', '').length).toBeLessThan(50)
})

test('nothing is drawn where stderr is no terminal', () => {
  const { stream, text } = captured()
  const progress = progressOn(stream, () => 1000)
  progress.emit(pulse(1))
  progress.clear()
  expect(text()).toBe('')
})
