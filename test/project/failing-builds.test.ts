import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { RunModel, RunView } from '../../src/api/runs.ts'
import { failingBuilds, keptFailingBuilds } from '../../src/project/failing-builds.ts'
import { runBook } from '../../src/project/runs.ts'
import { tempFolder } from '../temp-folder.ts'

const none = { action: null, share: null, version: null, rows_added: null, rows_removed: null, elapsed_ms: null }

/** A run of an hour, with what became of its models. */
function run(hour: number, outcomes: Readonly<Record<string, RunModel['outcome']>>, kind: RunView['kind'] = 'build') {
  const id = `of ${hour}`
  const models = Object.entries(outcomes).map(([model, outcome]): RunModel => {
    const isBad = outcome === 'failed' || outcome === 'blocked'
    return { ...none, model, outcome, error: isBad ? { code: 'X', message: `${model} ${id}`, hint: '' } : null }
  })
  return { id, kind, started_at: `2026-01-05T${String(hour).padStart(2, '0')}:00:00.000Z`, models }
}

test('a model fails since the first of its builds that failed one after another, and with what was last wrong', () => {
  const runs = [
    run(9, { total: 'cancelled', daily: 'waiting' }),
    run(8, { total: 'blocked', daily: 'built' }),
    run(7, { total: 'skipped' }),
    run(6, { total: 'failed' }),
    run(5, { total: 'built', daily: 'failed' }),
    run(4, { total: 'failed' }),
  ]
  expect([...failingBuilds(runs, ['total', 'daily', 'never']).values()]).toEqual([
    {
      model: 'total',
      outcome: 'blocked',
      since: '2026-01-05T06:00:00.000Z',
      run: 'of 8',
      error: { code: 'X', message: 'total of 8', hint: '' },
    },
  ])
})

test('a model that had nothing to build does not fail any more, and what is not asked for is not told', () => {
  expect(failingBuilds([run(2, { a: 'current', b: 'failed' }), run(1, { a: 'failed' })], ['a']).size).toBe(0)
})

test('what became of the tests of a model says nothing of its builds', () => {
  expect(failingBuilds([run(2, { a: 'failed' }, 'test'), run(1, { a: 'built' })], ['a']).size).toBe(0)
})

test('runs are read no further back than until something is known of every model', () => {
  let read = 0
  const runs = (function* () {
    for (let hour = 9; hour > 0; hour--) {
      read++
      yield run(hour, { a: 'built' })
    }
  })()
  failingBuilds(runs, ['a'])
  expect(read).toBe(1)
})

test('of a book all runs are read that are needed, and one that cannot be read tells of none', async () => {
  const folder = await tempFolder()
  const book = runBook(folder)
  const begun = { subject: 'all models', by: 'a command line', doing: null, summary: null } as const
  const ended = { ended_at: '2026-01-06T00:00:00.000Z', outcome: 'failed', error: null } as const
  book.put({ ...begun, ...ended, ...run(1, { a: 'failed' }) })
  for (let at = 0; at < 120; at++) book.put({ ...begun, ...ended, ...run(2, { b: 'built' }), id: `b${at}` })
  expect([...keptFailingBuilds(book)(['a']).keys()]).toEqual(['a'])
  const broken = join(folder, 'broken')
  mkdirSync(broken)
  writeFileSync(join(broken, 'state.db'), 'no database, and long enough to be looked at')
  expect(keptFailingBuilds(runBook(broken))(['a']).size).toBe(0)
})

test('all who ask within a second are told of one moment, whichever models they ask for', async () => {
  const book = runBook(await tempFolder())
  const begun = { subject: 'all models', by: 'a command line', doing: null, summary: null } as const
  const ended = { ended_at: '2026-01-06T00:00:00.000Z', outcome: 'failed', error: null } as const
  let nowMs = 0
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => nowMs)
  onTestFinished(() => clock.mockRestore())
  const read = vi.spyOn(book, 'list')
  const failing = keptFailingBuilds(book)
  book.put({ ...begun, ...ended, ...run(1, { a: 'failed', b: 'failed' }) })
  for (const models of [['a'], ['b'], ['a'], ['b']]) expect([...failing(models).keys()]).toEqual(models)
  expect(read).toHaveBeenCalledTimes(2)
  book.put({ ...begun, ...ended, ...run(2, { a: 'built', b: 'built' }) })
  expect(failing(['a']).size).toBe(1)
  nowMs = 1_001
  expect([failing(['b']).size, failing(['a']).size]).toEqual([0, 0])
})
