import type { Context } from '../../core/context.ts'
import { isError } from '../../core/errors.ts'
import { currentSnapshot, type Snapshot } from '../../lake/snapshot.ts'
import type { TablePlace } from '../../project/open.ts'

/** The newest version of a place, undefined where there is none: what was read before is brought up to date. */
export type ReadTable = (place: TablePlace, context: Context) => Promise<Snapshot | undefined>

export function knownTables(): ReadTable {
  const known = new Map<string, Snapshot>()
  return async ({ name, lake, table }, context) => {
    try {
      const snapshot = await currentSnapshot(lake, table, known.get(name), context)
      known.set(name, snapshot)
      return snapshot
    } catch (error) {
      known.delete(name)
      if (isError(error, 'TABLE_NOT_FOUND')) return undefined
      throw error
    }
  }
}
