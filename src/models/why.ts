import type { ModelStep } from './plan.ts'
import type { Reason } from './site.ts'

/** Why a model is to be built, in words. */
export function whyText({ model, full, reasons }: ModelStep): string {
  if (full) return 'asked for by --full'
  return whyTexts(model, reasons).join('; ')
}

/** The same, each reason once. */
export function whyTexts(model: string, reasons: readonly Reason[]): readonly string[] {
  return [...new Set(reasons.map((reason) => reasonText(model, reason)))]
}

/** `create`, `rebuild`, `3 intervals, 2019-11-01 to 2019-11-03`, `12 keys`. */
export function actionText({ action, labels = [], keys }: Pick<ModelStep, 'action' | 'labels' | 'keys'>): string {
  if (action === 'keys') return keys?.count === 1 ? '1 key' : `${countText(keys?.count ?? 0)} keys`
  if (action !== 'intervals') return action
  const [first, last] = [labels[0], labels.at(-1)].map((label) => label ?? 'no time')
  if (labels.length === 1) return `interval ${first}`
  return `${countText(labels.length)} intervals, ${first} to ${last}`
}

function countText(count: number): string {
  return count.toLocaleString('en-US')
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
