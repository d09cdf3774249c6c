import type { Columns, ColumnType } from '../core/columns.ts'
import { parseExact } from '../core/json.ts'
import type { Filter } from '../sql/filters.ts'
import type { AddFile } from './actions.ts'
import {
  type Bounds,
  boundsOfPartition,
  boundsOfStatistics,
  type Constant,
  constantOf,
  mayHold,
} from './skipping/bounds.ts'
import { withinRanges } from './skipping/ranges.ts'

/** Delta's statistics of a file (protocol, "Per-file Statistics"); any part may be missing. */
interface Statistics {
  readonly numRecords?: unknown
  readonly minValues?: unknown
  readonly maxValues?: unknown
  readonly nullCount?: unknown
  readonly tightBounds?: unknown
}

type Test = (file: AddFile, statistics: () => Statistics | undefined) => boolean

/**
 * A test that is false only for files in which no row can fulfil all conditions, by their partition values and the
 * statistics of the log. What is unknown, or cannot be compared for certain, is kept.
 */
export function fileTest(
  table: { readonly columns: Columns; readonly partitionColumns: readonly string[] },
  conditions: readonly Filter[],
): (file: AddFile) => boolean {
  const tests = conditions
    .map((condition) => testOf(table, condition))
    .filter((found) => found !== undefined)
    // partition values are at hand; statistics must be parsed first
    .sort((a, b) => Number(a.byStatistics) - Number(b.byStatistics))
  return (file) => {
    const statistics = once(() => parseStatistics(file.stats))
    return tests.every(({ test }) => test(file, statistics))
  }
}

function testOf(
  table: { readonly columns: Columns; readonly partitionColumns: readonly string[] },
  condition: Filter,
): { readonly byStatistics: boolean; readonly test: Test } | undefined {
  const found = resolve(table.columns, condition.column)
  if (!found) return undefined
  const { path, type } = found
  const holds = rowTest(condition, type)
  const name = path[0] as string
  if (path.length === 1 && table.partitionColumns.includes(name))
    return { byStatistics: false, test: (file) => holds(boundsOfPartition(file.partitionValues[name] ?? null, type)) }
  // a NULL struct has NULL fields, counted or not
  const asksNull = condition.op === 'is null' || (condition.op === 'within' && condition.orNull)
  if (asksNull && path.length > 1) return undefined
  return {
    byStatistics: true,
    test: (_, statistics) => {
      const known = statistics()
      return known === undefined || holds(boundsIn(known, path, type))
    },
  }
}

/** Whether bounds leave room for a row that fulfils the condition. */
function rowTest(condition: Filter, type: ColumnType): (bounds: Bounds) => boolean {
  switch (condition.op) {
    case 'is null':
      return (bounds) => bounds.nulls !== 'none'
    case 'is not null':
      return (bounds) => bounds.nulls !== 'all'
    case 'in': {
      const constants = condition.values.map((value) => constantOf(value, type))
      return (bounds) => constants.some((constant) => compares(bounds, '=', constant))
    }
    case 'within': {
      const inRanges = withinRanges(condition.ranges, type)
      return (bounds) => (condition.orNull && bounds.nulls !== 'none') || inRanges(bounds)
    }
    default: {
      const constant = constantOf(condition.value, type)
      return (bounds) => compares(bounds, condition.op, constant)
    }
  }
}

function compares(bounds: Bounds, op: '=' | '<' | '<=' | '>' | '>=', constant: Constant): boolean {
  if (constant === 'null' || bounds.nulls === 'all') return false // a comparison with NULL is never true
  return constant === 'unknown' || mayHold(bounds, op, constant)
}

/** The column of a path, by names without case, with the names as the table has them. */
function resolve(
  columns: Columns,
  wanted: readonly string[],
): { readonly path: readonly string[]; readonly type: ColumnType } | undefined {
  const path: string[] = []
  let type: ColumnType = { kind: 'struct', fields: columns }
  for (const part of wanted) {
    if (type.kind !== 'struct') return undefined
    const matches: readonly { readonly name: string; readonly type: ColumnType }[] = type.fields.filter(
      ({ name }) => name.toLowerCase() === part.toLowerCase(),
    )
    const [only] = matches
    if (!only || matches.length > 1) return undefined
    path.push(only.name)
    type = only.type
  }
  return path.length > 0 ? { path, type } : undefined
}

function boundsIn(statistics: Statistics, path: readonly string[], type: ColumnType): Bounds {
  const nullCount = statistics.tightBounds === false ? undefined : at(statistics.nullCount, path)
  const rows = statistics.numRecords
  const nulls = nullCount === 0 ? 'none' : isCount(nullCount) && nullCount === rows ? 'all' : 'some'
  return boundsOfStatistics(at(statistics.minValues, path), at(statistics.maxValues, path), type, nulls)
}

function at(tree: unknown, path: readonly string[]): unknown {
  let here = tree
  for (const name of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, name)) return undefined
    here = (here as Readonly<Record<string, unknown>>)[name]
  }
  return here
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

/** The statistics of a file; undefined where there are none, or none that can be read. */
export function parseStatistics(text: string | undefined): Statistics | undefined {
  if (text === undefined || text === '') return undefined
  try {
    const statistics = parseExact(text)
    return typeof statistics === 'object' && statistics !== null ? statistics : undefined
  } catch {
    return undefined // statistics are a help; another system's broken ones say nothing
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
