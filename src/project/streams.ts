import { MillraceError } from '../core/errors.ts'
import { suggest } from '../core/suggest.ts'
import type { ProjectSettings, Target } from './parse.ts'

export function streamsOf({ targets }: ProjectSettings): readonly Target[] {
  return [...targets.values()].filter(({ kind }) => kind === 'stream')
}

/** The stream of that name. NAME_UNKNOWN with the nearest one. */
export function streamOf(settings: ProjectSettings, name: string): Target {
  const streams = streamsOf(settings)
  const found = streams.find((each) => each.name === name)
  if (found) return found
  const known = streams.map((each) => each.name)
  throw new MillraceError('NAME_UNKNOWN', { what: 'stream', name, suggestion: suggest(name, known) })
}
