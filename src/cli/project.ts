import { resolve } from 'node:path'
import { isError, MillraceError } from '../core/errors.ts'
import { hasUnread, settleLogs } from '../project/live.ts'
import { findProject } from '../project/load.ts'
import { type OpenOptions, type OpenProject, openProject } from '../project/open.ts'
import type { Session } from './session.ts'

/** So long nobody is told that a command waits for another. */
const waitMs = 1_000

/** Opens the project that the command line means, for the time of `body`. */
export async function withProject<Result>(
  { options, cwd, beside, output }: Session,
  access: 'read' | 'write',
  command: string,
  body: (project: OpenProject) => Promise<Result>,
  engine: OpenOptions['engine'] = 'embedded',
): Promise<Result> {
  if (beside) {
    const { live } = beside
    if (access === 'read') return await body(live.project)
    const late = setTimeout(() => output.warn('another command writes: this one waits until it has ended'), waitMs)
    return await beside.inTurn(async () => {
      clearTimeout(late)
      try {
        return await body(live.project)
      } finally {
        // a load has taken its ids in its commit; those that other commands bring are taken from here on
        await live.follow()
      }
    })
  }
  const dir = resolve(cwd, options.project ?? findProject(cwd))
  const given = { profile: options.profile, access, command: `millrace ${command}`, engine }
  await using project = await openProject(dir, given)
  return await body(project)
}

/** The same for reading what streams have acknowledged too: what a killed server has left in its logs is settled first. */
export async function withSettled<Result>(
  session: Session,
  command: string,
  body: (project: OpenProject) => Promise<Result>,
): Promise<Result> {
  return withProject(session, 'read', command, async (project) => {
    if (project.flush) await project.flush()
    else if (await hasUnread(project, session.context)) await settle(session, command)
    return body(project)
  })
}

/** A server that was killed may have left events in its logs; what one that runs has in memory, it alone knows. */
export async function settle(session: Session, command: string): Promise<void> {
  try {
    await withProject(session, 'write', command, (project) => settleLogs(project, session.context))
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error
    const why = isError(error, 'PROJECT_LOCKED')
      ? `process ${error.fields['pid']} writes this project, and answers POST /v1/query with them`
      : error.message
    session.output.warn(`the newest events of the streams are not in this answer: ${why}`)
  }
}
