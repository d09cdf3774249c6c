import { tableColumns } from '../../contract/contract.ts'
import type { Column } from '../../core/columns.ts'
import type { Context } from '../../core/context.ts'
import type { Value } from '../../core/values.ts'
import { collect } from '../../engines/rows.ts'
import { relationOf } from '../../lake/relation.ts'
import { readSnapshot, tableExists } from '../../lake/snapshot.ts'
import { join, name as quoted, type SqlText, sql } from '../../sql/text.ts'
import type { OpenProject } from '../open.ts'
import type { Target } from '../parse.ts'
import { isIdentity, isPersonal } from './column-words.ts'
import type { ColumnProfile, TableProfile } from './roles.ts'

/** What is measured of a column; NULL where its type has no such thing. */
const measures = 6

/** Looks at all rows of a table, once. A table that is not there has none. */
export async function profileOf(project: OpenProject, target: Target, context: Context): Promise<TableProfile> {
  const { lake } = project
  const table = target.name
  const columns = tableColumns(target.contract).filter(({ name }) => isOwn(name, target))
  if (!(await tableExists(lake, table, context))) return emptyProfile(table, columns)
  const relation = relationOf(lake, await readSnapshot(lake, table, {}, context))
  const text = sql`SELECT count(*), ${join(columns.flatMap(measuresOf))} FROM ${quoted('t')}`
  const [row = []] = await collect(await lake.engine.run({ sql: text.text, from: { t: relation } }, context))
  const rows = Number(row[0])
  return {
    table,
    rows,
    columns: columns.map((column, at) => columnProfile(column, row.slice(1 + at * measures, 1 + (at + 1) * measures))),
  }
}

/** What the file has; what Millrace adds to rows says nothing of them. */
function isOwn(name: string, { contract }: Target): boolean {
  return contract.columns.some((column) => column.name === name)
}

function emptyProfile(table: string, columns: readonly Column[]): TableProfile {
  return { table, rows: 0, columns: columns.map(({ name, type }) => ({ name, kind: type.kind, filled: 0 })) }
}

function measuresOf({ name, type }: Column): readonly SqlText[] {
  const own = quoted(name)
  const none = sql`NULL`
  const [isTime, isText] = [type.kind === 'timestamptz' || type.kind === 'date', type.kind === 'varchar']
  const isWhole = ['smallint', 'integer', 'bigint'].includes(type.kind)
  const isNumber = isWhole || ['decimal', 'float', 'double'].includes(type.kind)
  // nobody groups by them: to count the different ones of an id takes longer than all else
  const isOne = isIdentity(name) || isPersonal(name)
  const counted = !isOne && (isText || isWhole || type.kind === 'boolean')
  return [
    sql`count(${own})`,
    counted ? sql`approx_count_distinct(${own})` : none,
    isText ? sql`max(length(${own}))` : none,
    isTime ? sql`epoch_ms(min(${own}))` : isNumber ? sql`min(${own})::DOUBLE` : none,
    isTime ? sql`epoch_ms(max(${own}))` : isNumber ? sql`max(${own})::DOUBLE` : none,
    counted ? sql`min(${own}) IS DISTINCT FROM max(${own})` : none,
  ]
}

function columnProfile({ name, type }: Column, measured: readonly Value[]): ColumnProfile {
  const [filled, about, longest, low, high, differs] = measured
  const isTime = type.kind === 'timestamptz' || type.kind === 'date'
  const distinct = about === null || about === undefined ? undefined : Number(about)
  const ends = low === null || low === undefined ? undefined : ([Number(low), Number(high)] as const)
  return {
    name,
    kind: type.kind,
    filled: Number(filled),
    // an estimate does not say 1 of 2, nor 2 of 1
    ...(distinct !== undefined && { distinct: differs ? Math.max(2, distinct) : Math.min(1, distinct) }),
    ...(longest !== null && longest !== undefined && { longest: Number(longest) }),
    ...(ends && (isTime ? { firstMs: ends[0], lastMs: ends[1] } : { least: ends[0], most: ends[1] })),
  }
}
