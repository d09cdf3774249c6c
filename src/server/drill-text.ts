import { stringifyExact } from '../core/json.ts'
import type { Value } from '../core/values.ts'
import type { DrillPlan } from '../dashboards/drill.ts'
import type { Result } from '../engines/engine.ts'
import type { Answer } from '../query/query.ts'
import { rowsText } from '../query/results.ts'

/** What stands in the place of a value that whoever asks may not see. */
const hidden = '•••'

/** The rows behind a tile, as JSON; `isHidden`: columns whose values are not shown. */
export async function drillText(
  { plan, answer }: { readonly plan: DrillPlan; readonly answer: Answer },
  isHidden: (column: string) => boolean,
  started: number,
): Promise<string> {
  const shown = masked(answer, isHidden)
  const parts: string[] = []
  for await (const part of rowsText(shown, { quote64: true })) parts.push(part)
  const columns = shown.columns.map(({ name, type }) => ({ name, type }))
  const rest = {
    truncated: answer.truncated,
    elapsed_ms: Math.round(performance.now() - started),
    of: plan.of,
    sql: plan.sql,
    hidden: columns.map(({ name }) => name).filter(isHidden),
  }
  const head = `{"columns":${JSON.stringify(columns)},"rows":${parts.join('')},"position":${stringifyExact(answer.position)}`
  return `${head},${JSON.stringify(rest).slice(1)}`
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
