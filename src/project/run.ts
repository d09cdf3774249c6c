import type { Context } from '../core/context.ts'
import type { BuildPlan } from '../models/plan.ts'
import type { LoadPlan } from '../sources/load.ts'
import { applyContract } from './apply-contract.ts'
import { type ModelChoice, planModels } from './building.ts'
import { planSources } from './loading.ts'
import type { OpenProject } from './open.ts'
import { type ContractPlan, planContract } from './plan.ts'

/** What would be done to bring the project's tables up to its config, its files and its models. */
export interface ProjectPlan {
  readonly contracts: readonly ContractPlan[]
  readonly loads: readonly LoadPlan[]
  /** Over the tables as they are: what is loaded before a build makes more of it stale. */
  readonly build: BuildPlan
}

/** Looks at every contract, every source and the chosen models; nothing is changed. */
export async function planProject(project: OpenProject, models: ModelChoice, context: Context): Promise<ProjectPlan> {
  const contracts = await planContracts(project, context)
  const loads = await planSources(project, {}, context)
  const { plan } = await planModels(project, models, context)
  return { contracts, loads, build: plan }
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
export function isEmpty({ contracts, loads, build }: ProjectPlan): boolean {
  return (
    contracts.every(({ changes }) => changes.length === 0) &&
    loads.every(({ batches }) => batches.length === 0) &&
    build.steps.every(({ action }) => action === 'none')
  )
}

/** Brings the tables to their contracts, one commit a table. See `applyContract`. */
export async function applyContracts(
  { lake }: OpenProject,
  plans: readonly ContractPlan[],
  context: Context,
): Promise<void> {
  for (const plan of plans) await applyContract(lake, plan, context)
}
