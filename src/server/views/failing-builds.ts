import type { FailingBuildView } from '../../api/failing-builds.ts'
import type { Context } from '../../core/context.ts'
import { MillraceError } from '../../core/errors.ts'
import type { FailingBuild } from '../../project/failing-builds.ts'
import type { LiveProject } from '../../project/live.ts'
import { type Grant, mayChange } from '../access.ts'

/** Runs, and what went wrong in them, are for whoever may build. */
export function failingView({ run, error, ...failing }: FailingBuild, grant: Grant): FailingBuildView {
  return mayChange(grant) ? { ...failing, run, error } : { ...failing, run: null, error: null }
}

/** The models that are built; none while they cannot be read, which is told where rows are asked for. */
export async function builtNames(live: LiveProject, context: Context): Promise<readonly string[]> {
  try {
    const { order } = await live.models(context)
    return order.filter(({ kind }) => kind !== 'view').map(({ name }) => name)
  } catch (error) {
    if (error instanceof MillraceError) return []
    throw error
  }
}

/** Model → since when its builds fail. */
export async function failingSince(live: LiveProject, context: Context): Promise<ReadonlyMap<string, string>> {
  const failing = live.failingBuilds(await builtNames(live, context))
  return new Map([...failing].map(([model, { since }]) => [model, since]))
}
