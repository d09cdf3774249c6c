import { nodeDisk } from '../../src/storage/disk.ts'
import { type Fault, faults, faultyDisk } from './faulty-disk.ts'
import { restore } from './power-cut.ts'
import { callText, named, prepared, type Scenario, spread, upTo } from './scenario.ts'

/**
 * Disturbs an operation at its first call, its second, … in each way, and checks what is left each time; some of the
 * calls only, `most` of them spread over all, unless every point is asked for. Answers how many points it tried.
 */
export async function crashPoints(scenario: Scenario, most: number, ways: readonly Fault[] = faults): Promise<number> {
  const { top, folder, before } = await prepared(scenario)
  let points = 0
  for (const fault of ways) {
    for (const nth of spread(upTo(await countCalls(fault)), most)) {
      restore(before, top)
      const disk = faultyDisk(nodeDisk(), nth, fault)
      const done = await scenario.run(folder, disk).then(
        () => true,
        () => false,
      )
      const call = disk.failed()
      const where = call ? `${fault} at call ${nth} (${callText(call, top)})` : 'undisturbed'
      await named(where, scenario.check(folder, done))
      points++
    }
  }
  return points

  async function countCalls(fault: Fault): Promise<number> {
    restore(before, top)
    const disk = faultyDisk(nodeDisk(), Number.POSITIVE_INFINITY, fault)
    await scenario.run(folder, disk)
    await named('undisturbed', scenario.check(folder, true))
    return disk.count()
  }
}
