import { assertUsable, tablesReferred } from '../../checks/usable.ts'
import type { Columns } from '../../core/columns.ts'
import type { Context } from '../../core/context.ts'
import type { Engine } from '../../engines/engine.ts'
import type { BoundModel } from '../model.ts'

/** What the checks of models are held against. */
export interface CheckedWorld {
  readonly models: ReadonlyMap<string, BoundModel>
  readonly tables: readonly string[]
  readonly columnsOf: (table: string) => Promise<Columns>
  readonly engine: Engine
}

/** Holds every model's checks against its columns and the tables that they refer to. See `assertUsable`. */
export async function checkChecks(
  { models, tables, columnsOf, engine }: CheckedWorld,
  context: Context,
): Promise<void> {
  const none: Columns = []
  const named = [...models.keys(), ...tables].map((name) => [name, models.get(name)?.output ?? none] as const)
  const known = new Map<string, Columns>(named)
  for (const { checks, output, place } of models.values()) {
    for (const table of tablesReferred(checks))
      if (tables.includes(table) && known.get(table) === none) known.set(table, await columnsOf(table))
    const below = (path: readonly string[]) => place(['checks', ...path])
    await assertUsable({ columns: output, checks, tables: known, place: below }, engine, context)
  }
}
