import type { FailingBuildView } from '../../api/failing-builds.ts'
import type { FailingBuild } from '../../project/failing-builds.ts'
import { type Grant, mayChange } from '../access.ts'

/** Runs, and what went wrong in them, are for whoever may build. */
export function failingView({ run, error, ...failing }: FailingBuild, grant: Grant): FailingBuildView {
  return mayChange(grant) ? { ...failing, run, error } : { ...failing, run: null, error: null }
}
