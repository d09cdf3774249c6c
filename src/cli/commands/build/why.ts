import type { ModelStep } from '../../../models/plan.ts'
import type { Reason } from '../../../models/site.ts'
import { unitText } from '../../output/values.ts'

/** Why a model is to be built, in words. */
export function whyText({ model, full, reasons }: ModelStep): string {
  if (full) return 'asked for by --full'
  return [...new Set(reasons.map((reason) => reasonText(model, reason)))].join('; ')
}

function reasonText(model: string, { input, from, to, why, commits = 0 }: Reason): string {
  switch (why) {
    case 'new':
      return input === model ? 'never built' : `${input} is new`
    case 'fingerprint':
      return 'the model has changed'
    case 'commits':
      return `${input}: ${commitsText(commits, from, to)}`
    case 'dimension':
      return `${input}, which is read whole: ${commitsText(commits, from, to)}`
    case 'unknown':
      return `what changed in ${input === model ? 'its table' : input} can no longer be told`
    case 'foreign':
      return 'somebody else has written to its table'
    case 'upstream':
      return `${input} is stale`
    case 'remaining':
      return 'the last build has left it'
    default:
      return why satisfies never
  }
}

function commitsText(commits: number, from: number | undefined, to: number): string {
  const many = commits === 1 ? '1 commit' : `${unitText(commits, 'count')} commits`
  return from === undefined ? many : `${many} since version ${from} (now ${to})`
}
