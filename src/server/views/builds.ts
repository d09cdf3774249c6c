import type { BuildView } from '../../api/models.ts'
import type { RunModel } from '../../api/runs.ts'
import type { Context } from '../../core/context.ts'
import { isError, MillraceError } from '../../core/errors.ts'
import { suggest } from '../../core/suggest.ts'
import { history } from '../../lake/history.ts'
import { buildOf } from '../../models/state.ts'
import type { LiveProject } from '../../project/live.ts'
import type { RunRecord } from '../../project/runs.ts'
import { type Allowed, isAllowed, timeOf } from './tables.ts'

/** Runs that are looked through for those of a model. */
const runsRead = 500

/** The builds of a model: its table's log tells them, and what is remembered of runs how long they took. NAME_UNKNOWN. */
export async function buildsView(
  live: LiveProject,
  { name, limit, allowed }: { readonly name: string; readonly limit: number; readonly allowed: Allowed },
  context: Context,
): Promise<readonly BuildView[]> {
  const { byName } = await live.models(context)
  const names = [...byName.keys()].filter((each) => isAllowed(allowed, each))
  if (!names.includes(name))
    throw new MillraceError('NAME_UNKNOWN', { what: 'model', name, suggestion: suggest(name, names) })
  const commits = await commitsOf(live, name, limit, context)
  const remembered = rememberedOf(live.project.runs.list({ limit: runsRead }), name)
  return commits.map(({ version, timestampMs, operation = null, rowsAdded = null }) => {
    const known = remembered.get(version)
    return {
      version,
      at: timeOf(timestampMs),
      operation,
      rows_added: known?.model.rows_added ?? rowsAdded,
      rows_removed: known?.model.rows_removed ?? null,
      elapsed_ms: known?.model.elapsed_ms ?? null,
      by: known?.run.by ?? null,
    }
  })
}

async function commitsOf({ project: { lake } }: LiveProject, name: string, limit: number, context: Context) {
  try {
    // of others' commits there are few
    const commits = await history(lake, name, limit, context)
    return commits.filter(({ txns }) => buildOf(txns) !== undefined)
  } catch (error) {
    if (isError(error, 'TABLE_NOT_FOUND')) return []
    throw error
  }
}

interface Remembered {
  readonly run: RunRecord
  readonly model: RunModel
}

/** By the version that a build has committed. A table that was dropped begins anew: then the newest counts. */
function rememberedOf(runs: readonly RunRecord[], name: string): ReadonlyMap<number, Remembered> {
  const found = new Map<number, Remembered>()
  for (const run of runs)
    for (const model of run.models)
      if (model.model === name && model.outcome === 'built' && model.version !== null && !found.has(model.version))
        found.set(model.version, { run, model })
  return found
}
