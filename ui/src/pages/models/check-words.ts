import type { CheckView } from '../../../../src/api/models.ts'

interface CheckWords {
  readonly word: string
  /** Told apart without colour too. */
  readonly mark: string
  readonly tone: 'good' | 'warn' | 'bad' | 'plain'
}

/** What has become of a check. */
export function checkWords({ last, severity }: CheckView): CheckWords {
  if (last === null) return { word: 'never run', mark: '○', tone: 'plain' }
  if (last.outcome === 'passed') return { word: 'passed', mark: '✓', tone: 'good' }
  const tone = severity === 'warn' && last.outcome === 'failed' ? 'warn' : 'bad'
  if (last.outcome === 'error') return { word: 'could not be run', mark: '✕', tone }
  return { word: last.blocked ? 'failed, and kept the rows out' : 'failed', mark: '✕', tone }
}

/** The checks of a model in a few words: `11 passed`, `2 of 11 failed`. */
export function checksText(checks: readonly CheckView[]): { readonly text: string; readonly bad: boolean } {
  const failed = checks.filter(({ last }) => last !== null && last.outcome !== 'passed').length
  if (failed > 0) return { text: `${failed} of ${checks.length} failed`, bad: true }
  const passed = checks.filter(({ last }) => last !== null).length
  if (checks.length === 0) return { text: 'none', bad: false }
  return { text: passed === 0 ? `${checks.length}, never run` : `${passed} passed`, bad: false }
}
