import { expect } from 'vitest'
import { type Columns, parseColumn } from '../../src/core/columns.ts'
import { isError } from '../../src/core/errors.ts'
import { stringifyExact } from '../../src/core/json.ts'
import type { Engine } from '../../src/engines/engine.ts'
import { collect } from '../../src/engines/rows.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { commitQueue } from '../../src/lake/queue.ts'
import { relationOf } from '../../src/lake/relation.ts'
import { readSnapshot, type Snapshot } from '../../src/lake/snapshot.ts'
import { type Disk, nodeDisk } from '../../src/storage/disk.ts'
import { localStore } from '../../src/storage/local-store.ts'
import type { Scenario } from '../faults/scenario.ts'
import { context } from './log-lake.ts'

/** Something done to the tables of a lake, of which doing it again makes nothing of. */
export type Operation = (lake: Lake) => Promise<unknown>

export interface LakeScenario {
  readonly engine: Engine
  readonly prepare?: Operation
  readonly operate: Operation
  /** The rows of the table `t` before and after the operation, as text; undefined where there is no table. */
  readonly before?: readonly string[]
  readonly after: readonly string[]
  /** More that must hold of the table once it is there; `done` when the operation has come to its end. */
  readonly also?: (lake: Lake, snapshot: Snapshot, done: boolean) => Promise<void>
}

export function lakeAt(root: string, engine: Engine, disk: Disk = nodeDisk()): Lake {
  return { store: localStore(root, disk), engine, root, queue: commitQueue() }
}

/** An operation on the table `t`, disturbed: its rows are the old or the new ones, and in the end the new ones. */
export function lakeScenario({ engine, prepare, operate, before, after, also }: LakeScenario): Scenario {
  async function look(lake: Lake, done: boolean): Promise<void> {
    const rows = await rowsOf(lake, 't')
    if (done) expect(rows).toEqual(after)
    else expect([before, after]).toContainEqual(rows)
    if (rows) await also?.(lake, await readSnapshot(lake, 't', {}, context), done)
  }

  return {
    prepare: async (folder) => void (await prepare?.(lakeAt(folder, engine))),
    run: async (folder, disk) => void (await operate(lakeAt(folder, engine, disk))),
    async check(folder, done) {
      const lake = lakeAt(folder, engine)
      await look(lake, done)
      await operate(lake)
      await look(lake, true)
    },
  }
}

/** The rows of a table as JSON text, sorted; undefined when there is no such table. */
export async function rowsOf(lake: Lake, table: string): Promise<readonly string[] | undefined> {
  try {
    const snapshot = await readSnapshot(lake, table, {}, context)
    const result = await lake.engine.run({ sql: 'SELECT * FROM t', from: { t: relationOf(lake, snapshot) } }, context)
    return (await collect(result)).map((row) => stringifyExact(row)).toSorted()
  } catch (error) {
    if (isError(error, 'TABLE_NOT_FOUND')) return undefined
    throw error
  }
}

export const columns: Columns = [
  parseColumn('id', 'bigint not null'),
  parseColumn('day', 'date'),
  parseColumn('v', 'varchar'),
]

/** Rows of these columns as SQL, and as the text that `rowsOf` gives. */
export function rows(...ids: readonly number[]): { readonly sql: string; readonly text: readonly string[] } {
  const row = (id: number): readonly [number, string, string] => [id, `2026-01-0${1 + (id % 2)}`, `value ${id}`]
  const values = ids.map(row).map(([id, day, v]) => `(${id}::BIGINT, DATE '${day}', '${v}')`)
  return {
    sql: `SELECT * FROM (VALUES ${values.join(', ')}) AS rows (id, day, v)`,
    text: ids.map((id) => stringifyExact(row(id))).toSorted(),
  }
}
