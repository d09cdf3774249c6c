import { checkStored } from '../checks/inspect.ts'
import type { Subject, Verdict } from '../checks/judge.ts'
import type { Context } from '../core/context.ts'
import type { Relation } from '../engines/relation.ts'
import { relationOf } from '../lake/relation.ts'
import { readSnapshot, type Snapshot, tableExists } from '../lake/snapshot.ts'
import type { BoundModel, ModelGraph } from '../models/model.ts'
import { selectModels } from '../models/select.ts'
import { openModels } from './models.ts'
import type { OpenProject, TablePlace } from './open.ts'

/** What became of a model's checks. */
export interface Checked {
  readonly model: string
  readonly verdicts: readonly Verdict[]
  /** True where there is no table yet: nothing was judged. */
  readonly missing: boolean
}

/**
 * Judges the checks of the chosen models, all where none is named, on what is stored as it is, and writes the results
 * down. A view is judged on its SELECT over stored tables. NAME_UNKNOWN, USAGE for a selection that cannot be.
 */
export async function checkModels(
  project: OpenProject,
  select: readonly string[],
  context: Context,
): Promise<readonly Checked[]> {
  const graph = await openModels(project, context)
  const stored = storedTables(project, graph)
  const checked: Checked[] = []
  for (const model of selectModels({ graph }, select)) {
    if (model.checks.length === 0) continue
    const { name } = model
    const snapshot = model.kind === 'view' ? undefined : await stored.snapshot(name, context)
    if (model.kind !== 'view' && !snapshot) {
      checked.push({ model: name, verdicts: [], missing: true })
      continue
    }
    const rows = await stored.rows(name, context)
    const ground = { staged: rows, after: rows, reference: stored.rows, ...(snapshot && { version: snapshot.version }) }
    const verdicts = await checkStored(project.lake, subjectOf(model, snapshot), ground, context)
    checked.push({ model: name, verdicts, missing: false })
  }
  return checked
}

/** The columns are those that are there, whatever the model's SQL has become since. */
function subjectOf({ name, output, checks, personal }: BoundModel, snapshot: Snapshot | undefined): Subject {
  return { table: name, columns: snapshot?.columns ?? output, checks, pii: personal }
}

/** Tables at one version each, for one run of checks. */
function storedTables(project: OpenProject, graph: ModelGraph) {
  const known = new Map<string, Snapshot | undefined>()
  const snapshot = async (name: string, context: Context): Promise<Snapshot | undefined> => {
    if (!known.has(name)) known.set(name, await read(name, context))
    return known.get(name)
  }
  const read = async (name: string, context: Context): Promise<Snapshot | undefined> => {
    const { lake, table } = await placeOf(name, context)
    return (await tableExists(lake, table, context)) ? readSnapshot(lake, table, {}, context) : undefined
  }
  const placeOf = async (name: string, context: Context): Promise<Pick<TablePlace, 'lake' | 'table'>> =>
    graph.byName.has(name) ? { lake: project.lake, table: name } : project.table(name, context)
  const rows = async (name: string, context: Context): Promise<Relation> => {
    const model = graph.byName.get(name)
    if (model?.kind === 'view') {
      const from: Record<string, Relation> = {}
      for (const input of model.inputs) from[input] = await rows(input, context)
      return { kind: 'select', sql: model.sql, from }
    }
    const found = await snapshot(name, context)
    if (found) return relationOf((await placeOf(name, context)).lake, found)
    return { kind: 'values', columns: model?.output ?? graph.tables.get(name)?.columns ?? [], rows: [] }
  }
  return { snapshot, rows }
}
