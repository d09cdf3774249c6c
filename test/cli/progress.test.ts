import { expect, test } from 'vitest'
import { loadMeter } from '../../src/cli/progress/load-meter.ts'
import { progressOn } from '../../src/cli/progress.ts'
import type { LoadPlan } from '../../src/sources/load.ts'
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

test('of an engine’s steps only the share and the time left are told', () => {
  const { stream, text } = captured(100)
  let now = 0
  const progress = progressOn(stream, () => now)
  const steps = (done: number) =>
    progress.emit({ kind: 'pulse', type: 'task.progress', task: 'query', done, total: 100, unit: 'steps' })
  steps(0)
  now = 1000
  steps(25)
  expect(text().split('\r').at(-1)).toBe('query  ━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌  25%  3.0 s left\u001b[K')
})

test('a load is told in bytes until a file has shown how long a row is, then in rows', () => {
  const found = (path: string, sizeBytes: number) => ({ action: 'load' as const, file: { path, sizeBytes } })
  const batches = [[found('a', 100)], [found('b', 300)]]
  const plan = { source: { table: 'events' }, batches, sizeBytes: 400, files: [] } as unknown as LoadPlan
  const told: unknown[] = []
  const emit = loadMeter(
    plan,
    (event) => 'done' in event && told.push([event.task, event.done, event.total, event.unit]),
  )
  const write = (done: number) =>
    emit({ kind: 'pulse', type: 'task.progress', task: 'write', done, total: 10, unit: 'steps' })
  write(5)
  emit({ kind: 'fact', type: 'file.loaded', source: 's', path: 'a', stored: 9, duplicate: 0, rejected: 1 })
  write(5)
  emit({ kind: 'fact', type: 'file.loaded', source: 's', path: 'b', stored: 30, duplicate: 0, rejected: 0 })
  expect(told).toEqual([
    ['events', 50, 400, 'bytes'],
    ['events', 10, 40, 'rows'],
    ['events', 25, 40, 'rows'],
    ['events', 40, 40, 'rows'],
  ])
})

test('a task that begins again is told by its own time, not by that of the one before', () => {
  const { stream, text } = captured(100)
  let now = 0
  const progress = progressOn(stream, () => now)
  progress.emit(pulse(1_900_000))
  now = 600_000
  progress.emit(pulse(1000))
  now += 1000
  progress.emit(pulse(1_000_000))
  expect(text().split('\r').at(-1)).toContain('50%  1,000,000 rows  1,000,000 rows/s  1.0 s left')
})
