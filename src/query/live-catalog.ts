import type { Context } from '../core/context.ts'
import type { Relation } from '../engines/relation.ts'
import type { Snapshot } from '../lake/snapshot.ts'
import type { Catalog } from './catalog.ts'
import type { LakeTable } from './frozen.ts'
import { resolveTable } from './lake-catalog.ts'

/** What a stream has acknowledged beyond a version of its table: see `LiveStream.read`. */
export interface LiveTable extends LakeTable {
  read(snapshot: Snapshot, context: Context): Promise<Disposable & { readonly relation: Relation }>
}

/**
 * Tables of streams: all that was acknowledged before they are asked for. What is pinned is the table's alone. Other names
 * may be made from the tables, and know nothing of what is beyond them: `flush` brings it there before they are read.
 */
export function liveCatalog(
  tables: readonly LiveTable[],
  isMadeFromTables: (name: string) => boolean,
  flush: (context: Context) => Promise<void>,
): Catalog {
  return {
    names: async () => tables.map(({ name }) => name),
    async freeze(names, frozen, context) {
      if (!frozen.isPinned() && names.some(isMadeFromTables)) await flush(context)
    },
    async resolve(name, frozen, filters, context) {
      const table = tables.find((each) => each.name === name) as LiveTable
      const stored = await resolveTable(table, frozen, filters, context)
      if (frozen.isPinned(name)) return stored
      const held = await table.read(await frozen.snapshot(table, context), context)
      return { ...stored, relation: { kind: 'union', of: [stored.relation, held.relation] }, held }
    },
  }
}
