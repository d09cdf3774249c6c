import { type Disk, nodeDisk } from '../../src/storage/disk.ts'
import { type DiskCall, interceptedDisk } from './calls.ts'
import { counts, type Fault, faultyDisk } from './faulty-disk.ts'
import { fingerprint, leftovers, type PowerCutDisk, powerCutDisk, restore, type Tree } from './power-cut.ts'
import { callText, everyPoint, named, prepared, type Scenario, spread, upTo } from './scenario.ts'

interface Cut {
  readonly where: string
  readonly tree: Tree
  readonly done: boolean
}

/** What both kinds of run share: how many points, and the sync that the code under test is made to forget. */
interface Options {
  /** At most so many states from before the end are checked, unless every point is asked for. */
  readonly most: number
  /** By its name, see `syncNames`. */
  readonly forget?: string
}

/**
 * Runs an operation once, and checks every state that a power cut before any of its calls, or after its end, may leave.
 * Answers the names of its syncs.
 */
export async function powerCuts(scenario: Scenario, { most, forget }: Options): Promise<readonly string[]> {
  const { top, folder } = await prepared(scenario)
  const cuts = new Map<string, Cut>()
  const take = (where: string, done: boolean): void => {
    for (const cut of cutsNow(durable, where, done)) if (done || !cuts.has(cut.key)) cuts.set(cut.key, cut)
  }
  const durable = powerCutDisk(nodeDisk(), top, (call) => take(`before ${callText(call, top)}`, false))
  const { disk, syncs } = forgetfulDisk(durable, top, forget)
  await scenario.run(folder, disk)
  take('after the end', true)
  const [ended, underWay] = [true, false].map((done) => [...cuts.values()].filter((cut) => cut.done === done))
  for (const cut of [...(ended ?? []), ...spread(underWay ?? [], most)]) await checkCut(scenario, cut, top, folder)
  return syncs().toSorted()
}

/**
 * Disturbs the operation at one call after the other, does it again to its end where it did not come to it, and checks
 * what a power cut may leave then: what a killed process left unsynced, or a sync that failed, must not be taken for done.
 */
export async function faultsThenPowerCuts(
  scenario: Scenario,
  ways: readonly Fault[],
  { most, forget }: Options,
): Promise<void> {
  const { top, folder, before } = await prepared(scenario)
  for (const fault of ways) {
    restore(before, top)
    for (const nth of await points(scenario, folder, fault, most)) {
      restore(before, top)
      const durable = powerCutDisk(nodeDisk(), top)
      const disturbed = faultyDisk(forgetfulDisk(durable, top, forget).disk, nth, fault)
      const done = await scenario.run(folder, disturbed).then(
        () => true,
        () => false,
      )
      if (!done) await scenario.run(folder, forgetfulDisk(durable, top, forget).disk)
      const { check, checkAfterKill = check } = scenario
      const call = disturbed.failed()
      const where = `after ${fault} at call ${nth}${call ? ` (${callText(call, top)})` : ''}${done ? '' : ' and a second run'}`
      for (const cut of cutsNow(durable, where, true))
        await checkCut(done ? scenario : { ...scenario, check: checkAfterKill }, cut, top, folder)
    }
  }
}

/** The calls to disturb, among those that count for the fault: at a sync there is most to lose. */
async function points(scenario: Scenario, folder: string, fault: Fault, most: number): Promise<readonly number[]> {
  const calls: DiskCall[] = []
  const noting = interceptedDisk(nodeDisk(), async (call, perform) => {
    if (counts(call, fault)) calls.push(call)
    return perform()
  })
  await scenario.run(folder, noting)
  const all = upTo(calls.length)
  if (everyPoint) return all
  const syncs = all.filter((nth) => calls[nth - 1]?.name === 'syncFolder')
  return spread(syncs, most)
}

/** Does forgetting this sync show, in any power cut? */
export async function isMissed(scenario: Scenario, options: Options & { readonly forget: string }): Promise<boolean> {
  const unnoticed = powerCuts(scenario, options).then(() => faultsThenPowerCuts(scenario, ['gone'], options))
  return unnoticed.then(
    () => false,
    () => true,
  )
}

function cutsNow(durable: PowerCutDisk, where: string, done: boolean): (Cut & { readonly key: string })[] {
  const cuts = leftovers.map((left) => ({
    where: `power cut ${where}, left of the rest: ${left}`,
    tree: durable.cut(left),
  }))
  const keyed = new Map(cuts.map((cut) => [fingerprint(cut.tree), cut]))
  return [...keyed].map(([key, cut]) => ({ ...cut, done, key }))
}

async function checkCut(scenario: Scenario, { where, tree, done }: Cut, top: string, folder: string): Promise<void> {
  restore(tree, top)
  await named(where, scenario.check(folder, done))
}

/** A disk that does not sync what bears the name `forget`, and knows the names of all syncs. */
function forgetfulDisk(disk: Disk, top: string, forget: string | undefined) {
  const names = new Map<string, string>()
  const forgetful = interceptedDisk(disk, async (call, perform) => {
    if (call.name !== 'syncFile' && call.name !== 'syncFolder') return perform()
    const name = syncName(call, top, names)
    return name === forget ? (undefined as Awaited<ReturnType<typeof perform>>) : perform()
  })
  return { disk: forgetful, syncs: () => [...names.values()] }
}

/** A sync by what it syncs: `file lake/t/part-*.parquet`; a second file that would have the same name gets ` 2`. */
function syncName(call: DiskCall, top: string, names: Map<string, string>): string {
  const key = `${call.name} ${call.path}`
  const text = callText(call, top).replace(/^sync(.)/, (_, first: string) => first.toLowerCase())
  const others = [...names.values()].filter((name) => name.replace(/ \d+$/, '') === text).length
  const name = names.get(key) ?? (others === 0 ? text : `${text} ${others + 1}`)
  names.set(key, name)
  return name
}
