import type { Verdict } from './judge.ts'

/** What a check has found, in words, with one of the rows; the empty text where it passed. */
export function findingOf(verdict: Verdict): string {
  const { check, outcome, rowsFailed, rowsJudged, examples, reason } = verdict
  if (outcome === 'error') return reason ?? ''
  if (outcome === 'passed') return ''
  const [example] = examples
  const as = example === undefined ? '' : `, as ${example}`
  const share = `${rowsFailed} of ${rowsJudged} rows`
  switch (check.kind) {
    case 'not_null':
      return `${share} have no ${check.column}${as}`
    case 'accepted':
      return `${share} have a ${check.column} that is not listed${as}`
    case 'references':
      return `${share} have a ${check.column} that is not in ${check.table}.${check.to}${as}`
    case 'unique':
      return `${share} share their ${check.columns.join(', ')} with another${as}`
    case 'expr':
      return `${share} break \`${check.sql.trim()}\`${as}`
    case 'rows': {
      const limit = rowsJudged < (check.min ?? 0) ? `at least ${check.min}` : `at most ${check.max}`
      return `it has ${rowsJudged} rows, and ${limit} are expected`
    }
  }
}
