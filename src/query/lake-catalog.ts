import type { Columns, ColumnType } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { suggest } from '../core/suggest.ts'
import type { Relation } from '../engines/relation.ts'
import { relationOf } from '../lake/relation.ts'
import { assertWhole } from '../lake/whole.ts'
import type { Filter, FilterValue } from '../sql/filters.ts'
import type { Catalog, Resolved } from './catalog.ts'
import type { Frozen } from './frozen.ts'
import type { LakeTable } from './known-snapshots.ts'

/** The Delta tables that `list` gives. VERSION_NOT_FOUND, TIME_NOT_FOUND, VERSION_VACUUMED name the earliest left. */
export function lakeCatalog(list: (context: Context) => Promise<readonly LakeTable[]>): Catalog {
  return {
    names: async (context) => (await list(context)).map(({ name }) => name),
    async resolve(name, frozen, filters, context) {
      const tables = await list(context)
      const table = tables.find((each) => each.name === name)
      if (table) return resolveTable(table, frozen, filters, context)
      const suggestion = suggest(
        name,
        tables.map((each) => each.name),
      )
      throw new MillraceError('NAME_UNKNOWN', { what: 'table', name, suggestion })
    },
  }
}

/**
 * The rows of a Delta table, and of a stream's what was acknowledged beyond it. Of a version that is past, the files may be
 * gone: VERSION_VACUUMED.
 */
export async function resolveTable(
  table: LakeTable,
  frozen: Frozen,
  filters: readonly Filter[],
  context: Context,
): Promise<Resolved> {
  const snapshot = await frozen.snapshot(table, context)
  const relation = relationOf(table.lake, snapshot, zoned(filters, snapshot.columns))
  if (frozen.isPinned(table.name)) await assertWhole(table.lake, snapshot, relation.files, context)
  const beyond = await frozen.beyond(table, context)
  return { relation: withBeyond(relation, beyond), versions: { [table.name]: snapshot.version } }
}

/** The rows of a table, and those that a stream has beyond it. */
export function withBeyond(stored: Relation, beyond: Relation | undefined): Relation {
  return beyond ? { kind: 'union', of: [stored, beyond] } : stored
}

/** Filters whose times have a zone: queries run in UTC, so a time without one is UTC. */
export function zoned(filters: readonly Filter[], columns: Columns): readonly Filter[] {
  return filters.map((filter) => {
    if (typeOf(filter.column, columns)?.kind !== 'timestamptz') return filter
    if ('value' in filter) return { ...filter, value: inUtc(filter.value) }
    return 'values' in filter ? { ...filter, values: filter.values.map(inUtc) } : filter
  })
}

function typeOf(path: readonly string[], columns: Columns): ColumnType | undefined {
  let type: ColumnType = { kind: 'struct', fields: columns }
  for (const part of path) {
    const field: { readonly type: ColumnType } | undefined =
      type.kind === 'struct' ? type.fields.find(({ name }) => name.toLowerCase() === part.toLowerCase()) : undefined
    if (!field) return undefined
    type = field.type
  }
  return type
}

function inUtc(value: FilterValue): FilterValue {
  const time =
    typeof value === 'string' ? /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d)(?::(\d\d)(\.\d{1,6})?)?)?$/.exec(value) : null
  if (!time) return value
  const [, date, hours = '00:00', seconds = '00', fraction = ''] = time
  return `${date}T${hours}:${seconds}${fraction}Z`
}
