import { findProject } from '../project/load.ts'
import { type OpenOptions, type OpenProject, openProject } from '../project/open.ts'
import type { Session } from './session.ts'

/** Opens the project that the command line means, for the time of `body`. */
export async function withProject<Result>(
  { options }: Session,
  access: 'read' | 'write',
  command: string,
  body: (project: OpenProject) => Promise<Result>,
  engine: OpenOptions['engine'] = 'embedded',
): Promise<Result> {
  const dir = options.project ?? findProject(process.cwd())
  const given = { profile: options.profile, access, command: `millrace ${command}`, engine }
  await using project = await openProject(dir, given)
  return await body(project)
}
