import { MillraceError } from '../../../core/errors.ts'
import { applyDrop, planDrop } from '../../../lake/drop.ts'
import { applyOptimize, planOptimize } from '../../../lake/optimize.ts'
import { planRestore } from '../../../lake/restore.ts'
import type { SnapshotAt } from '../../../lake/snapshot.ts'
import { applyVacuum, planVacuum } from '../../../lake/vacuum.ts'
import { settleLogs } from '../../../project/live.ts'
import type { OpenProject } from '../../../project/open.ts'
import { restoreTable as restoreLoaded } from '../../../sources/removals.ts'
import { confirm } from '../../confirm.ts'
import { filesText } from '../../output/values.ts'
import type { Session } from '../../session.ts'

/** What every command that changes a table takes. */
export interface TendOptions {
  readonly yes?: boolean
  readonly dryRun?: boolean
}

type Facts = Readonly<Record<string, string | number | boolean | null>>

/** What would be done, and how. */
interface Deed {
  readonly command: string
  readonly plan: Facts
  /** Said in place of a question, where there is nothing to do. */
  readonly nothing?: string | undefined
  /** Asked before data is lost; not asked without it. */
  readonly question?: string
  readonly apply: () => Promise<Facts>
}

/** `millrace table optimize`. */
export async function optimizeTable(session: Session, project: OpenProject, name: string, options: TendOptions) {
  const { context } = session
  const { lake, table } = await project.ownTable(name, context)
  const plan = await planOptimize(lake, table, {}, context)
  const { version, filesBefore, filesAfter, bytesRewritten } = plan
  await carryOut(session, options, {
    command: `millrace table optimize ${name}`,
    plan: { table: name, version, files_before: filesBefore, files_after: filesAfter, bytes_rewritten: bytesRewritten },
    nothing: plan.bins.length === 0 ? 'Nothing to do: no files are worth putting together.' : undefined,
    apply: async () => {
      const { snapshot, filesRemoved, filesAdded } = await applyOptimize(lake, plan, context)
      return { version: snapshot.version, files_removed: filesRemoved, files_added: filesAdded }
    },
  })
}

/** `millrace table vacuum`. */
export async function vacuumTable(
  session: Session,
  project: OpenProject,
  name: string,
  { retentionMs, ...options }: TendOptions & { readonly retentionMs?: number },
) {
  const { context } = session
  const { lake, table } = await project.ownTable(name, context)
  const plan = await planVacuum(lake, table, retentionMs === undefined ? {} : { retentionMs }, context)
  const files = plan.files.length
  await carryOut(session, options, {
    command: `millrace table vacuum ${name}`,
    plan: { table: name, older_than: new Date(plan.olderThanMs).toISOString(), files, size_bytes: plan.bytes },
    nothing: files === 0 ? 'Nothing to do: every file is still needed.' : undefined,
    question: `Delete ${filesText(files)}? Versions that need ${files === 1 ? 'it' : 'them'} cannot be read any more.`,
    apply: async () => ({ files_deleted: await applyVacuum(lake, plan, context) }),
  })
}

/** `millrace table restore`. */
export async function restoreTable(
  session: Session,
  project: OpenProject,
  name: string,
  to: SnapshotAt,
  options: TendOptions,
) {
  const { context } = session
  const { lake, table } = await project.ownTable(name, context)
  // what was acknowledged before is part of what is restored over
  await settleLogs(project, context)
  const plan = await planRestore(lake, table, to, context)
  const same = plan.filesRestored + plan.filesRemoved === 0 && !plan.metadataChanges
  await carryOut(session, options, {
    command: `millrace table restore ${name}`,
    plan: {
      table: name,
      version: plan.version,
      to: plan.to,
      rows_restored: plan.rowsRestored,
      rows_removed: plan.rowsRemoved,
      files_restored: plan.filesRestored,
      files_removed: plan.filesRemoved,
      columns_change: plan.metadataChanges,
    },
    nothing: same ? `Nothing to do: the table is as it was at version ${plan.to}.` : undefined,
    question: `Bring ${name} back to version ${plan.to}?`,
    apply: async () => ({ version: (await restoreLoaded(lake, plan, context)).version }),
  })
}

/** `millrace table drop`. */
export async function dropTable(session: Session, project: OpenProject, name: string, options: TendOptions) {
  const { context } = session
  const { lake, table, kind } = await project.ownTable(name, context)
  if (session.beside && kind === 'stream') throw new MillraceError('TABLE_LIVE', { table: name })
  const plan = await planDrop(lake, table, context)
  await carryOut(session, options, {
    command: `millrace table drop ${name}`,
    plan: { table: name, folder: `${lake.root}/${table}`, files: plan.files.length, size_bytes: plan.bytes },
    question: `Delete ${name} with all its versions, rejects and its memory of what was loaded?`,
    apply: async () => {
      await applyDrop(lake, plan, context)
      return { dropped: true }
    },
  })
}

const units = {
  files_before: 'count',
  files_after: 'count',
  bytes_rewritten: 'bytes',
  size_bytes: 'bytes',
  files: 'count',
  rows_restored: 'count',
  rows_removed: 'count',
} as const

/** Shows the plan, asks where rows or versions are lost, does it, tells what came of it. */
async function carryOut(session: Session, { yes, dryRun }: TendOptions, deed: Deed): Promise<void> {
  const { output } = session
  if (output.style === 'people') await output.record(deed.plan, units)
  const leave = async (why: string) => {
    await output.say(why)
    await output.data({ ...deed.plan, done: false })
  }
  if (deed.nothing !== undefined) return leave(deed.nothing)
  if (dryRun) return leave('Nothing was done (--dry-run).')
  if (deed.question !== undefined && !(await confirm(session, deed.command, deed.question, yes)))
    return leave('Nothing was done.')
  const done = await deed.apply()
  await output.say('Done.')
  await output.data({ ...deed.plan, ...done, done: true })
}
