import { checkDashboards } from '../../../project/dashboards.ts'
import type { OpenProject } from '../../../project/open.ts'
import type { Session } from '../../session.ts'

/** What is wrong with the dashboards, each with its place and what to do: then the command has failed. */
export async function warnOfDashboards(
  { output, context, progress, failed }: Session,
  project: OpenProject,
): Promise<void> {
  const faults = (await checkDashboards(project, context)).flatMap((each) => each.faults)
  progress.clear()
  for (const { message, hint } of faults) output.warn(`${message}: ${hint}`)
  if (faults.length > 0) failed()
}
