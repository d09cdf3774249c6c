import type { Columns } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { isError, type MillraceError } from '../core/errors.ts'
import { collect } from '../engines/rows.ts'
import { child, children } from '../sql/ast.ts'
import { compareRows, type Difference } from './cases/compare.ts'
import { type CaseWorld, checkInputs, inputsOf, type Moment } from './cases/inputs.ts'
import { typedRows } from './cases/typed-rows.ts'
import type { ModelCase } from './cases.ts'
import { inModel } from './definition/in-model.ts'
import type { BoundModel } from './model.ts'

/** What became of a test. It passed where there are no differences and no error. */
export interface CaseResult {
  readonly test: ModelCase
  /** The columns that were compared; differences hold values of these. */
  readonly columns: Columns
  readonly differences: readonly Difference[]
  /** The model failed over these rows: a value that could not be cast. */
  readonly error?: MillraceError
  readonly elapsedMs: number
}

/**
 * Runs a model over the rows of a test and compares what it gives. Only the engine is used, no table is read.
 * TEST_INVALID and TEST_UNKNOWN_NAME with the line, where the test cannot be run.
 */
export async function runCase(world: CaseWorld, test: ModelCase, context: Context): Promise<CaseResult> {
  const begun = context.now()
  checkInputs(world, test)
  const model = world.graph.byName.get(test.model) as BoundModel
  const { engine, timezone } = world
  const moment = await momentOf(world, test, context)
  const of = { title: 'expect', file: test.file, columns: model.output, timezone }
  const expected = await typedRows(test.expect, of, engine, context)
  const compared = comparedColumns(model, test)
  const pick = <T>(row: readonly T[]) => compared.map((at) => row[at] as T)
  const result = { test, columns: pick(model.output) }
  try {
    const from = await inputsOf(world, test, model, moment, context)
    const rows = await inModel(model.file, [], async () =>
      collect(await engine.run({ sql: model.sql, from, ...moment }, context)),
    )
    const differences = compareRows({
      columns: result.columns,
      expected: expected.map((row, index) => ({ line: test.expect[index]?.line ?? 1, row: pick(row) })),
      got: rows.map((row) => pick(row)),
      ordered: isOrdered(model),
      key: model.key ?? [],
    })
    return { ...result, differences, elapsedMs: context.now() - begun }
  } catch (error) {
    if (!isError(error, 'QUERY_FAILED')) throw error
    return { ...result, differences: [], error, elapsedMs: context.now() - begun }
  }
}

/** The places of the columns that are compared: all, or those that `expect` names. */
function comparedColumns({ output }: BoundModel, { partial, expect }: ModelCase): readonly number[] {
  const named = new Set(expect.flatMap(({ cells }) => [...cells.keys()].map((name) => name.toLowerCase())))
  return output.flatMap(({ name }, at) => (!partial || named.has(name.toLowerCase()) ? [at] : []))
}

async function momentOf({ engine, timezone }: CaseWorld, test: ModelCase, context: Context): Promise<Moment> {
  if (!test.now) return {}
  const columns: Columns = [{ name: 'now', type: { kind: 'timestamptz' }, nullable: true }]
  const row = { line: test.now.line, cells: new Map([['now', test.now]]) }
  const [typed] = await typedRows([row], { title: 'now', file: test.file, columns, timezone }, engine, context)
  return { nowMs: Date.parse(String(typed?.[0])) }
}

function isOrdered({ parsed }: BoundModel): boolean {
  return children(child(parsed.statement, 'node'), 'modifiers').some(({ type }) => type === 'ORDER_MODIFIER')
}
