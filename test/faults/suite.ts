import { describe, expect, test } from 'vitest'
import { crashPoints } from './crash-points.ts'
import { faultsThenPowerCuts, isMissed, powerCuts } from './power-cuts.ts'
import { everyPoint, type Scenario } from './scenario.ts'

export interface FaultCase {
  readonly it: Scenario
  /** The syncs by name: forgetting any one of them loses something at a power cut. */
  readonly needed: readonly string[]
  /** These a process does once for what a killed one may not have come to sync, and here none was. */
  readonly spare?: readonly string[]
}

/** How many points of a case are tried, spread over it; all of them when MILLRACE_FAULTS is `all`. */
export interface Depth {
  readonly faults: number
  readonly cuts: number
  readonly kills: number
}

/** Disturbs each case in every way. */
export function faultSuite(cases: Readonly<Record<string, FaultCase>>, { faults, cuts, kills }: Depth): void {
  for (const [name, { it, needed, spare = [] }] of Object.entries(cases)) {
    describe(name, () => {
      test('is done or not, and whole, after any fault', async () => {
        expect(await crashPoints(it, faults)).toBeGreaterThan(5)
      })

      test('is done or not, and whole, after any power cut', async () => {
        await powerCuts(it, { most: cuts })
      })

      test('stays done after a kill or a failed call, a second run and a power cut', async () => {
        const ways = ['gone', 'throws before', ...(everyPoint ? (['throws after', 'full'] as const) : [])] as const
        await faultsThenPowerCuts(it, ways, { most: kills })
      })

      test('needs each of its syncs', async () => {
        expect(await powerCuts(it, { most: 1 })).toEqual([...needed, ...spare].toSorted())
        for (const forget of needed)
          expect(await isMissed(it, { most: kills, forget }), `${forget} is missed`).toBe(true)
        for (const forget of everyPoint ? spare : [])
          expect(await isMissed(it, { most: kills, forget }), `${forget} is missed`).toBe(false)
      })
    })
  }
}
