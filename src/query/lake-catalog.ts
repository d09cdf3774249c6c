import type { Columns, ColumnType } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { suggest } from '../core/suggest.ts'
import type { Lake } from '../lake/lake.ts'
import { relationOf } from '../lake/relation.ts'
import { readSnapshot, refreshSnapshot, type Snapshot } from '../lake/snapshot.ts'
import { assertWhole } from '../lake/whole.ts'
import type { Filter, FilterValue } from '../sql/filters.ts'
import type { Catalog } from './catalog.ts'
import type { ReadPoint } from './read-point.ts'

/** Where a name of the catalog lies: a Delta table of some lake. */
export interface LakeTable {
  readonly name: string
  readonly lake: Lake
  /** The table's name in that lake. */
  readonly table: string
}

/** The Delta tables that `list` gives. VERSION_NOT_FOUND, TIME_NOT_FOUND, VERSION_VACUUMED name the earliest left. */
export function lakeCatalog(list: (context: Context) => Promise<readonly LakeTable[]>): Catalog {
  const latest = new Map<string, Snapshot>()
  const newestOf = async ({ lake, table, name }: LakeTable, context: Context): Promise<Snapshot> => {
    const known = latest.get(name)
    const snapshot = known ? await refreshSnapshot(lake, known, context) : await readSnapshot(lake, table, {}, context)
    latest.set(name, snapshot)
    return snapshot
  }
  return {
    names: async (context) => (await list(context)).map(({ name }) => name),
    async resolve(name, at, filters, context) {
      const tables = await list(context)
      const table = tables.find((each) => each.name === name)
      if (!table) {
        const suggestion = suggest(
          name,
          tables.map((each) => each.name),
        )
        throw new MillraceError('NAME_UNKNOWN', { what: 'table', name, suggestion })
      }
      const wanted = wantedOf(name, at)
      const snapshot = wanted
        ? await readSnapshot(table.lake, table.table, wanted, context)
        : await newestOf(table, context)
      const relation = relationOf(table.lake, snapshot, zoned(filters, snapshot.columns))
      if (wanted) await assertWhole(table.lake, snapshot, relation.files, context)
      return { relation, version: snapshot.version }
    },
  }
}

function wantedOf(name: string, at: ReadPoint): { version: number } | { timestampMs: number } | undefined {
  const version = at.versions[name]
  if (version !== undefined) return { version }
  return at.timestampMs === undefined ? undefined : { timestampMs: at.timestampMs }
}

/** Filters whose times have a zone: queries run in UTC, so a time without one is UTC. */
function zoned(filters: readonly Filter[], columns: Columns): readonly Filter[] {
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
