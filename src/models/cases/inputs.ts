import type { Context } from '../../core/context.ts'
import { MillraceError } from '../../core/errors.ts'
import { suggest } from '../../core/suggest.ts'
import type { Engine } from '../../engines/engine.ts'
import type { Relation, Relations } from '../../engines/relation.ts'
import { collect } from '../../engines/rows.ts'
import { clockCall } from '../../sql/clock.ts'
import type { ModelCase } from '../cases.ts'
import { inModel } from '../definition/in-model.ts'
import type { BoundModel, ModelGraph } from '../model.ts'
import { typedRows } from './typed-rows.ts'

/** Where a test runs. */
export interface CaseWorld {
  readonly graph: ModelGraph
  readonly engine: Engine
  /** IANA zone of times that a test writes without one. */
  readonly timezone: string
}

/** The moment of a test, where it has one. */
export type Moment = { readonly nowMs?: number }

/** The models that a test runs: the one that is tested, and those it reads that are not given. */
export function modelsOf({ graph }: CaseWorld, test: ModelCase): readonly BoundModel[] {
  const found = new Map<string, BoundModel>()
  const visit = (model: BoundModel | undefined): void => {
    if (!model || found.has(model.name)) return
    found.set(model.name, model)
    for (const input of model.inputs) if (!test.given.has(input)) visit(graph.byName.get(input))
  }
  visit(graph.byName.get(test.model))
  return [...found.values()]
}

/**
 * Refuses rows for what the test does not read, and a test without `now` of a model that asks for the time.
 * TEST_UNKNOWN_NAME, TEST_INVALID.
 */
export function checkInputs(world: CaseWorld, test: ModelCase): void {
  const models = modelsOf(world, test)
  const read = [...new Set(models.flatMap(({ inputs }) => inputs))]
  for (const [name, { line }] of test.given) {
    if (read.includes(name)) continue
    const place = `${test.file}:${line}`
    const what = `input of ${test.model} here`
    throw new MillraceError('TEST_UNKNOWN_NAME', { place, what, name, suggestion: suggest(name, read) })
  }
  for (const { name, parsed } of models) {
    const call = test.now ? undefined : clockCall(parsed)
    if (call === undefined) continue
    const reason = `${name} asks for the time (${call}): say what it is, \`now: 2026-01-05T12:00:00Z\``
    throw new MillraceError('TEST_INVALID', { place: `${test.file}:1`, reason })
  }
}

/**
 * The rows of what a model reads: those that the test gives, those of a model that it does not give over its own inputs,
 * none of any other table.
 */
export async function inputsOf(
  world: CaseWorld,
  test: ModelCase,
  model: BoundModel,
  moment: Moment,
  context: Context,
  made: Map<string, Relation> = new Map(),
): Promise<Relations> {
  const { graph, engine, timezone } = world
  for (const name of model.inputs) {
    if (made.has(name)) continue
    const input = graph.byName.get(name)
    const { columns, contract } = graph.tables.get(name) ?? { columns: input?.output ?? [], contract: undefined }
    const given = test.given.get(name)
    if (given || !input) {
      const of = { title: name, file: test.file, columns, contract, timezone }
      made.set(name, { kind: 'values', columns, rows: await typedRows(given?.rows ?? [], of, engine, context) })
    } else {
      const from = await inputsOf(world, test, input, moment, context, made)
      made.set(
        name,
        input.kind === 'view'
          ? { kind: 'select', sql: input.sql, from }
          : await stored(world, input, from, moment, context),
      )
    }
  }
  return Object.fromEntries(model.inputs.map((name) => [name, made.get(name) as Relation]))
}

/** As its table has them: with the types that are stored. */
async function stored(
  { engine }: CaseWorld,
  { sql, file, output }: BoundModel,
  from: Relations,
  moment: Moment,
  context: Context,
): Promise<Relation> {
  const rows = await inModel(file, [], async () => collect(await engine.run({ sql, from, ...moment }, context)))
  return { kind: 'values', columns: output, rows }
}
