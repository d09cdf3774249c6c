import { expect, test } from 'vitest'
import type { ModelView } from '../../src/api/models.ts'
import type { ModelStaleness } from '../../src/api/staleness.ts'
import type { TestResult } from '../../src/api/tests.ts'
import { layersOf } from '../../ui/src/pages/models/layers.ts'
import { answersText, behindText, costText, stateWords, workText } from '../../ui/src/pages/models/state-words.ts'
import { testsText, testWords } from '../../ui/src/pages/models/test-words.ts'

test('a model stands after all that it reads, and near to it', () => {
  const model = (name: string, ...inputs: readonly string[]) => ({ name, inputs }) as unknown as ModelView
  const models = [model('far', 'users'), model('near', 'events'), model('last', 'near', 'users'), model('alone')]
  const places = layersOf(models).map(({ name, layer, at }) => [name, layer, at])
  expect(places).toEqual([
    ['users', 0, 0],
    ['events', 0, 1],
    ['alone', 0, 2],
    ['far', 1, 0],
    ['near', 1, 1],
    ['last', 2, 0],
  ])
})

const known = (given: Partial<ModelStaleness>): ModelStaleness => ({
  model: 'daily',
  state: 'current',
  answers: 'live',
  action: 'none',
  intervals: null,
  keys: null,
  why: [],
  behind: null,
  waiting: 0,
  stale_inputs: [],
  reads: { files: 0, rows: 0, bytes: 0 },
  rewrites: { files: 0, rows: 0, bytes: 0 },
  failing: null,
  ...given,
})

test('how a model is has a word and a shape of its own for each state', () => {
  const all = [
    known({}),
    known({ state: 'stale' }),
    known({ state: 'unbuilt' }),
    known({ state: 'view' }),
    known({ state: 'view', stale_inputs: ['totals'] }),
  ].map(stateWords)
  expect(new Set(all.map(({ word }) => word)).size).toBe(5)
  expect(all.map(({ shape }) => shape)).toEqual(['full', 'half', 'ring', 'lines', 'half'])
})

test('what a build would do, and how far its table is behind, is said in numbers', () => {
  const stale = known({
    state: 'stale',
    action: 'intervals',
    intervals: { count: 3, first: '2026-01-05', last: '2026-01-07' },
    behind: { commits: 2, rows: 1204, since: null },
    waiting: 1,
    reads: { files: 2, rows: 1204, bytes: 2_000 },
  })
  expect(workText(stale, 'day')).toBe('3 days to make anew: 2026-01-05 to 2026-01-07')
  expect(workText({ ...stale, intervals: { count: 1, first: null, last: null } }, 'day')).toBe(
    '1 day to make anew: no time',
  )
  expect(behindText(stale)).toBe('2 commits, 1,204 rows, 1 waiting event')
  expect(costText(stale)).toBe('opens 2 files (1,204 rows, 2.0 kB)')
  expect(answersText(stale)).toMatch(/computed when they ask/)
  expect(answersText({ ...stale, answers: 'last_build' })).toMatch(/rows of its last build, until/)
})

test('what became of tests is said in words, and of none more than is known', () => {
  const result = { at: '', elapsed_ms: 1, differences: 0, columns: [], rows: [], rows_left_out: 0, error: null }
  const of = (outcome: TestResult['outcome'], changed = false, waiting = false) => ({
    waiting,
    last: { ...result, outcome, changed },
  })
  const never = { last: null, waiting: false }
  expect([never, of('passed'), of('passed', true), of('error')].map((each) => testWords(each).word)).toEqual([
    'never run',
    'passed',
    'passed, before it changed',
    'failed: the model could not be run',
  ])
  expect(testsText([])).toEqual({ text: 'none', bad: false })
  expect(testsText([never, never])).toEqual({ text: '2, never run', bad: false })
  expect(testsText([of('passed'), of('passed', true), never])).toEqual({
    text: '2 passed, 1 before it changed, 1 never run',
    bad: false,
  })
  expect(testsText([of('passed'), of('failed', true), of('error')])).toEqual({ text: '2 of 3 failed', bad: true })
  // what an earlier run has found of those that wait is not said again
  const waits = of('failed', false, true)
  expect(testWords(waits)).toMatchObject({ word: 'waits for its turn', tone: 'plain' })
  expect(testsText([waits, of('passed'), { ...never, waiting: true }])).toEqual({ text: '2 of 3 waiting', bad: false })
  expect(testsText([waits, of('error')])).toEqual({ text: '1 failed, 1 of 2 waiting', bad: true })
})
