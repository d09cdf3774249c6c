import type { Context } from '../core/context.ts'
import type { LoadPlan } from '../sources/load.ts'
import { applyContract } from './apply-contract.ts'
import { planSources } from './loading.ts'
import type { OpenProject } from './open.ts'
import { type ContractPlan, planContract } from './plan.ts'

/** What would be done to bring the project's tables up to its config and its files. */
export interface ProjectPlan {
  readonly contracts: readonly ContractPlan[]
  readonly loads: readonly LoadPlan[]
}

/** Looks at every contract and every source; nothing is changed. */
export async function planProject(project: OpenProject, context: Context): Promise<ProjectPlan> {
  return { contracts: await planContracts(project, context), loads: await planSources(project, {}, context) }
}

/** Looks at every contract. */
export async function planContracts(
  { settings, lake }: OpenProject,
  context: Context,
): Promise<readonly ContractPlan[]> {
  const plans: ContractPlan[] = []
  for (const target of settings.targets.values()) plans.push(await planContract(lake, target, context))
  return plans
}

/** True when carrying it out would change nothing. */
export function isEmpty({ contracts, loads }: ProjectPlan): boolean {
  return contracts.every(({ changes }) => changes.length === 0) && loads.every(({ batches }) => batches.length === 0)
}

/** Brings the tables to their contracts, one commit a table. See `applyContract`. */
export async function applyContracts(
  { lake }: OpenProject,
  plans: readonly ContractPlan[],
  context: Context,
): Promise<void> {
  for (const plan of plans) await applyContract(lake, plan, context)
}
