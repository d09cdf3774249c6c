import type { RowPlace } from '../api/dashboards.ts'
import { stringifyExact } from '../core/json.ts'
import type { Value } from '../core/values.ts'
import { originColumns } from '../dashboards/drill.ts'
import type { Drilled } from '../dashboards/rows.ts'
import type { Result } from '../engines/engine.ts'
import type { RowOrigins } from '../project/row-places.ts'
import { rowsText } from '../query/results.ts'

/** What stands in the place of a value that whoever asks may not see. */
const hidden = '•••'

type PlacesOf = (table: string, origins: readonly RowOrigins[]) => Promise<readonly RowPlace[]>

/** The rows behind a tile, as JSON; `isHidden`: columns whose values are not shown. The codes of `placesOf`. */
export async function drillText(
  { plan, answer, origin }: Drilled,
  isHidden: (column: string) => boolean,
  placesOf: PlacesOf,
  started: number,
): Promise<string> {
  const origins: RowOrigins[] = []
  const shown = masked(origin === undefined ? answer : withoutOrigins(answer, origins), isHidden)
  const parts: string[] = []
  for await (const part of rowsText(shown, { quote64: true })) parts.push(part)
  const columns = shown.columns.map(({ name, type }) => ({ name, type }))
  const rest = {
    truncated: answer.truncated,
    elapsed_ms: Math.round(performance.now() - started),
    of: plan.of,
    sql: plan.sql,
    hidden: columns.map(({ name }) => name).filter(isHidden),
    places: origin === undefined ? null : await placesOf(origin, origins),
  }
  const head = `{"columns":${JSON.stringify(columns)},"rows":${parts.join('')},"position":${stringifyExact(answer.position)}`
  return `${head},${JSON.stringify(rest).slice(1)}`
}

/** The rows without what says where they came from, which is put into `origins` as they are read. */
function withoutOrigins(result: Result, origins: RowOrigins[]): Result {
  const names: readonly string[] = originColumns
  const own = result.columns.flatMap(({ name }, index) => (names.includes(name) ? [] : [index]))
  const [file = -1, id = -1, row = -1] = names.map((each) => result.columns.findIndex(({ name }) => name === each))
  const text = (value: Value | undefined) => (value === null || value === undefined ? null : String(value))
  async function* batches(): AsyncGenerator<readonly (readonly Value[])[]> {
    for await (const rows of result.batches) {
      for (const each of rows) origins.push({ file: text(each[file]), id: text(each[id]), row: text(each[row]) ?? '' })
      yield rows.map((each) => own.map((index) => each[index] ?? null))
    }
  }
  const columns = own.flatMap((index) => result.columns[index] ?? [])
  return { columns, batches: batches(), truncated: result.truncated, [Symbol.asyncDispose]: async () => {} }
}

function masked(result: Result, isHidden: (column: string) => boolean): Result {
  const at = new Set(result.columns.flatMap(({ name }, index) => (isHidden(name) ? [index] : [])))
  if (at.size === 0) return result
  async function* batches(): AsyncGenerator<readonly (readonly Value[])[]> {
    for await (const rows of result.batches)
      yield rows.map((row) => row.map((value, index) => (at.has(index) && value !== null ? hidden : value)))
  }
  const columns = result.columns.map((column, index) => (at.has(index) ? { ...column, type: 'varchar' } : column))
  return { columns, batches: batches(), truncated: result.truncated, [Symbol.asyncDispose]: async () => {} }
}
