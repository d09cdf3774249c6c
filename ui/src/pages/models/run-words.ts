import type { RunModel, RunView } from '../../../../src/api/runs.ts'
import { count } from '../../data/format.ts'

type Tone = 'good' | 'warn' | 'bad' | 'plain'

/** What a run is at, or has come to, in a word. */
export function runWords({ outcome, kind, doing, models }: RunView): { readonly word: string; readonly tone: Tone } {
  switch (outcome) {
    case 'running':
      return { word: doing === null && models.length === 0 ? 'Waiting for its turn' : 'Running', tone: 'plain' }
    case 'done':
      return { word: kind === 'build' ? 'Built' : kind === 'test' ? 'Passed' : 'Done', tone: 'good' }
    case 'failed':
      return { word: 'Failed', tone: 'bad' }
    case 'cancelled':
      return { word: 'Cancelled', tone: 'warn' }
    case 'lost':
      return { word: 'Lost with its process', tone: 'warn' }
    default:
      return outcome satisfies never
  }
}

interface OutcomeWords {
  readonly word: string
  readonly tone: Tone
  readonly mark: string
}

/** What has become of a model, with a mark that is told apart without colour. */
export function outcomeWords(outcome: RunModel['outcome'], kind: RunView['kind']): OutcomeWords {
  switch (outcome) {
    case 'waiting':
      return { word: 'waits', tone: 'plain', mark: '○' }
    case 'running':
      return { word: kind === 'test' ? 'is tested' : 'is built', tone: 'plain', mark: '◐' }
    case 'built':
      return { word: 'built', tone: 'good', mark: '●' }
    case 'current':
      return { word: 'current', tone: 'plain', mark: '●' }
    case 'passed':
      return { word: 'passed', tone: 'good', mark: '✓' }
    case 'failed':
      return { word: 'failed', tone: 'bad', mark: '✕' }
    case 'blocked':
      return { word: 'kept out by a check', tone: 'bad', mark: '✕' }
    case 'skipped':
      return { word: 'skipped', tone: 'warn', mark: '–' }
    case 'cancelled':
      return { word: 'cancelled', tone: 'warn', mark: '–' }
    case 'lost':
      return { word: 'lost', tone: 'warn', mark: '?' }
    default:
      return outcome satisfies never
  }
}

/** What a build has done to a table: `create: 1,204 rows in, 3 out, version 4, 210 ms`. */
export function changedText({
  action,
  version,
  rows_added: added,
  rows_removed: out,
  elapsed_ms: ms,
}: RunModel): string {
  const parts = [
    added !== null && `${count(added)} ${added === 1 ? 'row' : 'rows'} in`,
    out !== null && out > 0 && `${count(out)} out`,
    added !== null && version !== null && `version ${version}`,
    ms !== null && durationText(ms),
  ].filter((part) => part !== false)
  return [action, parts.join(', ')].filter(Boolean).join(': ')
}

export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`
}

/** `, in 1.2 s`, once it has ended. */
export function tookText({ started_at: began, ended_at: ended }: RunView): string {
  return ended === null ? '' : `, in ${durationText(Date.parse(ended) - Date.parse(began))}`
}
