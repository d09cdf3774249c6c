import type { Value } from '../../../core/values.ts'
import type { ModelOutcome } from '../../../models/build.ts'
import { buildBoard, planFirstBoard } from '../../../project/first-board.ts'
import type { InferredProject } from '../../../project/infer-project.ts'
import { type OpenProject, openProject } from '../../../project/open.ts'
import type { Target } from '../../../project/parse.ts'
import { commandLine } from '../../../project/run-report.ts'
import { createProject } from '../../../project/template.ts'
import { accountRows } from '../../account-rows.ts'
import type { Session } from '../../session.ts'
import type { SourceReport } from '../load/report.ts'
import { load } from '../load.ts'
import { groupSql, groups } from '../rejects/groups.ts'

/** What became of the files of a new project. */
export interface LoadedProject {
  readonly reports: readonly SourceReport[]
  /** As `rejects ls` shows them. */
  readonly rejects: readonly (readonly Value[])[]
  /** Models and dashboards: relative path → text. */
  readonly files: Readonly<Record<string, string>>
  readonly dashboards: readonly string[]
  readonly outcomes: readonly ModelOutcome[]
  readonly tables: readonly Readonly<Record<string, Value>>[]
}

/** Loads the files of a new project, and gives each of its tables a model and a dashboard. */
export async function loadInferred(session: Session, { dir, tables }: InferredProject): Promise<LoadedProject> {
  const { context, options } = session
  await using project = await openProject(dir, { profile: options.profile, access: 'write', command: 'millrace init' })
  const reports = await load(session, project, {})
  const rejects = await rejectsOf(session, project)
  const files: Record<string, string> = {}
  const made: LoadedProject['tables'][number][] = []
  const dashboards: string[] = []
  const outcomes: ModelOutcome[] = []
  for (const { name, from, files: count, columns } of tables) {
    const target = project.settings.targets.get(name) as Target
    const board = await planFirstBoard(project, target, context)
    await createProject({ dir, files: board.files })
    outcomes.push(...(await buildBoard(project, board, commandLine, context)))
    Object.assign(files, board.files)
    dashboards.push(board.dashboard)
    const { model, dashboard, rows } = board
    const shown = columns.map(({ name, type, example, why }) => ({ name, type, example, why }))
    made.push({
      name,
      from: [from].flat(),
      files: count,
      columns: shown,
      rows,
      ...rejectedOf(reports, name),
      model,
      dashboard,
    })
  }
  return { reports, rejects, files, dashboards, outcomes, tables: made }
}

function rejectedOf(
  reports: readonly SourceReport[],
  table: string,
): { readonly rejected: number; readonly refused: number } {
  const outcomes = reports.filter((report) => report.table === table).flatMap((report) => report.outcomes)
  const loaded = outcomes.flatMap((outcome) => (outcome.outcome === 'loaded' ? [outcome.delivery] : []))
  return {
    rejected: loaded.reduce((sum, { rejected, counts }) => sum + rejected + counts.rejected, 0),
    refused: outcomes.filter(({ outcome }) => outcome === 'refused').length,
  }
}

async function rejectsOf(session: Session, project: OpenProject): Promise<LoadedProject['rejects']> {
  const question = { account: 'millrace.rejects', table: undefined, sql: groupSql, columns: groups } as const
  return accountRows(session, project, { ...question, parameters: [null, null, 0] })
}
