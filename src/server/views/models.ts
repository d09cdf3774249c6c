import type { ModelView } from '../../api/models.ts'
import type { Context } from '../../core/context.ts'
import type { BoundModel } from '../../models/model.ts'
import { readState } from '../../models/state.ts'
import type { LiveProject } from '../../project/live.ts'
import type { OpenProject } from '../../project/open.ts'
import type { ReadTable } from './known-tables.ts'
import { type Allowed, columnViews, isAllowed, timeOf } from './tables.ts'

/** The models that may be read; of their inputs those that may be. The codes of `openModels`. */
export async function modelsView(
  project: OpenProject,
  live: LiveProject,
  read: ReadTable,
  allowed: Allowed,
  context: Context,
): Promise<readonly ModelView[]> {
  const { order } = await live.models(context)
  const views: ModelView[] = []
  for (const model of order)
    if (isAllowed(allowed, model.name)) views.push(await viewOf(project, model, read, allowed, context))
  return views
}

async function viewOf(
  project: OpenProject,
  model: BoundModel,
  read: ReadTable,
  allowed: Allowed,
  context: Context,
): Promise<ModelView> {
  const { name, file, sql, kind, description, inputs, output, columns, personal, time, grain, key = [], checks } = model
  const isPersonal = (column: string) => personal.has(column.toLowerCase())
  return {
    name,
    file,
    kind,
    description: description ?? null,
    sql: inputs.every((input) => isAllowed(allowed, input)) ? sql.trim() : null,
    inputs: inputs.filter((input) => isAllowed(allowed, input)),
    columns: columnViews(output, isPersonal).map((column) => {
      const { description = null, unit = null } = columns[column.name] ?? {}
      return { ...column, description, unit }
    }),
    time: time ?? null,
    grain: grain ?? null,
    key: [...key],
    checks: checks.map(({ name, severity }) => ({ name, severity })),
    built: kind === 'view' ? null : await builtOf(project, model, read, context),
  }
}

async function builtOf(
  { lake }: OpenProject,
  { name, fingerprint }: BoundModel,
  read: ReadTable,
  context: Context,
): Promise<ModelView['built']> {
  const snapshot = await read({ name, kind: 'model', lake, table: name }, context)
  const state = snapshot && (await readState(lake, snapshot, context))
  if (!snapshot || !state) return null
  return {
    version: state.builtVersion,
    at: timeOf(snapshot.timestampMs),
    changed: state.fingerprint !== fingerprint,
  }
}
