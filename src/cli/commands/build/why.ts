import type { ModelStep } from '../../../models/plan.ts'
import type { Reason } from '../../../models/site.ts'

/** Why a model is to be built, in words. */
export function whyText({ model, full, reasons }: ModelStep): string {
  if (full) return 'asked for by --full'
  return [...new Set(reasons.map((reason) => reasonText(model, reason)))].join('; ')
}

function reasonText(model: string, { input, from, to, why }: Reason): string {
  switch (why) {
    case 'new':
      return input === model ? 'never built' : `${input} is new`
    case 'fingerprint':
      return 'the model has changed'
    case 'commits':
      return `${input}: ${versionsText(from, to)}`
    case 'dimension':
      return `${input}, read whole: ${versionsText(from, to)}`
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

/** From the version that was read to the one there is. */
function versionsText(from: number | undefined, to: number): string {
  return from === undefined ? `version ${to}` : `version ${from} → ${to}`
}
