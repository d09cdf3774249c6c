import type { Context } from '../core/context.ts'
import type { ModelOutcome } from '../models/build.ts'
import { planModels, runBuild } from './building.ts'
import { firstDashboard } from './first-board/dashboard-file.ts'
import { firstModel } from './first-board/model-file.ts'
import { profileOf } from './first-board/profile.ts'
import { rolesOf, type TableProfile } from './first-board/roles.ts'
import { modelNames } from './models.ts'
import type { OpenProject } from './open.ts'
import type { Target } from './parse.ts'
import { textFiles } from './text-files.ts'
import { noteWritten } from './written-at.ts'

/** A model and a dashboard of a table, as files of the project. */
export interface FirstBoard {
  readonly model: string
  readonly dashboard: string
  readonly rows: number
  /** Relative path → text. */
  readonly files: Readonly<Record<string, string>>
}

/** Looks at the rows of a table, and plans a model and a dashboard for it, under names that nothing has. */
export async function planFirstBoard(project: OpenProject, target: Target, context: Context): Promise<FirstBoard> {
  const profile = await profileOf(project, target, context)
  const tables = (await project.tables(context)).map(({ name }) => name)
  const names = new Set([...tables, ...(await modelNames(project))])
  const boards = await textFiles(project.settings.folder, 'dashboards', ['.yaml', '.yml'])
  const taken = new Set(boards.map(({ file }) => file.slice(file.lastIndexOf('/') + 1).replace(/\.ya?ml$/, '')))
  return boardFiles(profile, {
    timezone: project.settings.timezone,
    nowMs: context.now(),
    modelName: (wanted) => freeName(wanted, names),
    dashboardName: (wanted) => freeName(wanted, taken),
  })
}

/**
 * Builds the model of a board whose files are written, as a run: what its tiles read is then there, however long the table
 * is. `by`: who begins it.
 */
export async function buildBoard(
  project: OpenProject,
  { model }: Pick<FirstBoard, 'model'>,
  by: string,
  context: Context,
): Promise<readonly ModelOutcome[]> {
  noteWritten(project.settings)
  return runBuild(project, { subject: model, by }, await planModels(project, { select: [model] }, context), context)
}

export interface BoardOptions {
  readonly timezone: string
  readonly nowMs: number
  readonly modelName: (wanted: string) => string
  readonly dashboardName: (wanted: string) => string
}

/** The same from what is known of the rows. */
export function boardFiles(profile: TableProfile, options: BoardOptions): FirstBoard {
  const roles = rolesOf(profile)
  const model = firstModel(profile, roles, options.timezone, options.modelName)
  const dashboard = options.dashboardName(profile.table)
  return {
    model: model.name,
    dashboard,
    rows: profile.rows,
    files: {
      [`models/${model.name}.sql`]: model.text,
      [`dashboards/${dashboard}.yaml`]: firstDashboard(profile, roles, model, options),
    },
  }
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  const word = wanted
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, 80)
  const plain = word === '' || word === 'changed' ? 'board' : word
  let name = plain
  for (let count = 2; taken.has(name); count++) name = `${plain}_${count}`
  return name
}
