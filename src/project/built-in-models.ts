import { identitiesSql } from '../connectors/segment/tracks.ts'
import type { ModelFile } from '../models/define.ts'
import type { ProjectSettings } from './parse.ts'

/** The models that a project has without writing them, where no table and no file of its own has the name. */
export function builtInModels(
  { targets, externals, tracking }: ProjectSettings,
  ownNames: readonly string[],
): readonly ModelFile[] {
  const streams = [...new Set([...tracking.values()].map(({ into }) => into))]
  const name = 'identities'
  if (streams.length === 0 || targets.has(name) || externals.has(name) || ownNames.includes(name)) return []
  return [{ name, file: `(built in)/${name}.sql`, text: identitiesSql(streams) }]
}
