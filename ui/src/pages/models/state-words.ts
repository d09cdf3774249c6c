import type { ModelStaleness } from '../../../../src/api/staleness.ts'
import { bytes, count, counted } from '../../data/format.ts'

/** What stands before the word: told apart without colour too. */
export type Shape = 'full' | 'half' | 'ring' | 'lines'

export interface StateWords {
  readonly word: string
  readonly shape: Shape
  readonly tone: 'good' | 'warn' | 'plain'
}

/** How a model is, in a word or two. */
export function stateWords({ state, stale_inputs: inputs }: ModelStaleness): StateWords {
  switch (state) {
    case 'current':
      return { word: 'current', shape: 'full', tone: 'good' }
    case 'stale':
      return { word: 'stale', shape: 'half', tone: 'warn' }
    case 'unbuilt':
      return { word: 'never built', shape: 'ring', tone: 'plain' }
    case 'view':
      return inputs.length > 0
        ? { word: 'reads what is stale', shape: 'half', tone: 'warn' }
        : { word: 'view', shape: 'lines', tone: 'plain' }
    default:
      return state satisfies never
  }
}

/** What a build of it would do: `3 days`, `12 keys`, `all of it`. */
export function workText({ action, intervals, keys }: ModelStaleness, grain: string | null): string {
  switch (action) {
    case 'none':
      return 'nothing to build'
    case 'create':
      return 'its table is made'
    case 'rebuild':
      return 'all of it is made anew'
    case 'keys':
      return `${counted(keys ?? 0, 'key')} to make anew`
    case 'intervals': {
      const { count: many = 0, first = null, last = null } = intervals ?? {}
      const span = [first, last].map((label) => label ?? 'no time')
      const which = many === 1 ? span[0] : `${span[0]} to ${span[1]}`
      return `${counted(many, grain ?? 'interval')} to make anew: ${which}`
    }
    default:
      return action satisfies never
  }
}

/** What a query of it gets. */
export function answersText({ state, answers, stale_inputs: inputs, waiting }: ModelStaleness): string {
  if (state === 'view')
    return inputs.length > 0
      ? `It is computed when it is asked for, from ${inputs.join(' and ')} as of the last build.`
      : 'It is computed when it is asked for: every answer is live.'
  if (state === 'unbuilt') return 'Until it is built, every query of it computes all of it.'
  if (answers === 'last_build')
    return state === 'stale' || waiting > 0
      ? 'Queries get the rows of its last build, until it is built again.'
      : 'Queries get the rows of its last build, which has read all there is.'
  return state === 'stale' || waiting > 0
    ? 'Queries have it all: what its table lacks is computed when they ask.'
    : 'Queries are answered from its table alone.'
}

/** What a build would open and replace. */
export function costText({ reads, rewrites }: Pick<ModelStaleness, 'reads' | 'rewrites'>): string {
  const of = (cost: ModelStaleness['reads']) =>
    `${counted(cost.files, 'file')} (${counted(cost.rows, 'row')}, ${bytes(cost.bytes)})`
  const read = reads.files === 0 ? 'opens no file' : `opens ${of(reads)}`
  return rewrites.files === 0 ? read : `${read}, and replaces ${of(rewrites)}`
}

/** How far its table is behind: `2 commits, 1,204 rows`. */
export function behindText({ behind, waiting }: Pick<ModelStaleness, 'behind' | 'waiting'>): string {
  const parts: string[] = []
  if (behind && behind.commits > 0) parts.push(counted(behind.commits, 'commit'), counted(behind.rows, 'row'))
  if (waiting > 0) parts.push(`${count(waiting)} waiting ${waiting === 1 ? 'event' : 'events'}`)
  return parts.join(', ')
}
