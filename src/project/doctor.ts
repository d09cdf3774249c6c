import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Context } from '../core/context.ts'
import { isError } from '../core/errors.ts'
import { tilesOf } from '../dashboards/dashboard.ts'
import { holdLock } from '../storage/lock.ts'
import { checkDashboards } from './dashboards.ts'
import { examineFolder, examineSecrets, examineTable, type Finding, findingOf } from './doctor/examine.ts'
import { loadProject } from './load.ts'
import { type OpenProject, openProject } from './open.ts'

export type { Finding }

/** Looks at everything a project needs, and changes nothing: each finding as it is made, with what to do about it. */
export async function* examineProject(
  dir: string,
  profile: string | undefined,
  context: Context,
): AsyncGenerator<Finding> {
  yield { subject: 'node', status: 'good', finding: `${process.version} on ${process.platform} ${process.arch}` }
  try {
    const { name, timezone } = await loadProject(dir, { profile })
    yield { subject: 'project', status: 'good', finding: `${name}, time zone ${timezone}` }
  } catch (error) {
    yield findingOf('project', error)
    return
  }
  await using project = await openProject(dir, { profile, access: 'read', command: 'doctor' })
  const { settings, stateFolder, lake } = project
  yield await examineSecrets(settings.folder)
  yield await examineFolder('state', stateFolder)
  yield await examineFolder('lake', lake.root)
  yield await examineLock(stateFolder)
  yield* examineTables(project, context)
  for (const { dashboard, faults } of await checkDashboards(project, context)) {
    const subject = `dashboard ${dashboard.name}`
    if (faults.length === 0) yield { subject, status: 'good', finding: `${tilesOf(dashboard).length} tiles` }
    for (const fault of faults) yield findingOf(subject, fault)
  }
}

async function examineLock(stateFolder: string): Promise<Finding> {
  const subject = 'lock'
  if (!existsSync(join(stateFolder, 'lock.db'))) return { subject, status: 'good', finding: 'nobody writes' }
  try {
    await using _ = await holdLock(stateFolder, 'millrace doctor')
    return { subject, status: 'good', finding: 'nobody writes' }
  } catch (error) {
    const held = findingOf(subject, error)
    return isError(error, 'PROJECT_LOCKED') ? { ...held, status: 'warning' } : held
  }
}

async function* examineTables(project: OpenProject, context: Context): AsyncGenerator<Finding> {
  for (const { name, kind, lake, table } of await project.tables(context)) {
    const finding = await examineTable(lake, table, context)
    const declaredOnly = finding.status === 'bad' && !existsSync(join(lake.root, table))
    if (declaredOnly && kind !== 'external')
      yield { subject: `table ${name}`, status: 'good', finding: 'declared; nothing is loaded yet' }
    else yield { ...finding, subject: `table ${name}` }
  }
}
