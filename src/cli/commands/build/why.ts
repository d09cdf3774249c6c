import type { ModelStep } from '../../../models/plan.ts'
import type { Reason } from '../../../models/site.ts'

/** Why a model is to be built, in words. */
export function whyText({ model, full, reasons }: ModelStep): string {
  if (full) return 'asked for by --full'
  return [...new Set(reasons.map((reason) => reasonText(model, reason)))].join('; ')
}

function reasonText(model: string, reason: Reason): string {
  const { input, why } = reason
  switch (why) {
    case 'new':
      return input === model ? 'never built' : `${input} is new`
    case 'fingerprint':
      return 'the model has changed'
    case 'commits':
      return `${input}: ${versionsText(reason)}`
    case 'dimension':
      return `${input}, read whole: ${versionsText(reason)}`
    case 'tail':
      return `${input}: events that are in no version yet`
    case 'unknown':
      return `what changed in ${input === model ? 'its table' : input} can no longer be told`
    case 'foreign':
      return `somebody else wrote to its table: ${versionsText(reason)}`
    case 'upstream':
      return `${input} is stale`
    case 'remaining':
      return 'the last build has left it'
    default:
      return why satisfies never
  }
}

/** From the version that was read, or built, to the one there is, by which commits: `version 3 → 5 (DELETE, WRITE)`. */
function versionsText({ from, to, operations = [] }: Reason): string {
  const versions = from === undefined ? `version ${to}` : `version ${from} → ${to}`
  return operations.length > 0 ? `${versions} (${operations.join(', ')})` : versions
}
