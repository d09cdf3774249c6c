import type { TestRow, TestView } from '../../../../src/api/tests.ts'
import { counted } from '../../data/format.ts'

interface TestWords {
  readonly word: string
  /** Told apart without colour too. */
  readonly mark: string
  readonly tone: 'good' | 'warn' | 'bad' | 'plain'
}

/** What has become of a test. */
export function testWords({ last, waiting }: Pick<TestView, 'last' | 'waiting'>): TestWords {
  if (waiting) return { word: 'waits for its turn', mark: '○', tone: 'plain' }
  if (last === null) return { word: 'never run', mark: '○', tone: 'plain' }
  switch (last.outcome) {
    case 'passed':
      return last.changed
        ? { word: 'passed, before it changed', mark: '◐', tone: 'warn' }
        : { word: 'passed', mark: '✓', tone: 'good' }
    case 'failed':
      return { word: `failed: ${counted(last.differences, 'row')} not as expected`, mark: '✕', tone: 'bad' }
    case 'error':
      return { word: 'failed: the model could not be run', mark: '✕', tone: 'bad' }
    default:
      return last.outcome satisfies never
  }
}

/** The tests of a model in a few words: `3 passed`, `1 of 3 failed`. What those became that wait is of an earlier run. */
export function testsText(tests: readonly Pick<TestView, 'last' | 'waiting'>[]): {
  readonly text: string
  readonly bad: boolean
} {
  if (tests.length === 0) return { text: 'none', bad: false }
  const failed = tests.filter(({ last, waiting }) => !waiting && last !== null && last.outcome !== 'passed').length
  const waiting = tests.filter((test) => test.waiting).length
  if (waiting > 0) {
    const text = `${waiting} of ${tests.length} waiting`
    return failed > 0 ? { text: `${failed} failed, ${text}`, bad: true } : { text, bad: false }
  }
  if (failed > 0) return { text: `${failed} of ${tests.length} failed`, bad: true }
  const never = tests.filter(({ last }) => last === null).length
  if (never === tests.length) return { text: `${tests.length}, never run`, bad: false }
  const changed = tests.filter(({ last }) => last?.changed).length
  const parts = [
    `${tests.length - never} passed`,
    changed > 0 && `${changed} before it changed`,
    never > 0 && `${never} never run`,
  ]
  return { text: parts.filter((part) => part !== false).join(', '), bad: false }
}

/** What a row of a difference is. */
export function rowText({ what, line }: Pick<TestRow, 'what' | 'line'>): string {
  switch (what) {
    case 'missing':
      return `missing, line ${line}`
    case 'extra':
      return 'not expected'
    case 'expected':
      return `expected, line ${line}`
    case 'got':
      return 'found'
    default:
      return what satisfies never
  }
}
