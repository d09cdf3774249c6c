import { tablesReferred } from '../checks/usable.ts'
import type { Columns } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { suggest } from '../core/suggest.ts'
import type { Engine } from '../engines/engine.ts'
import type { Relation, Relations } from '../engines/relation.ts'
import { type TableReference, tablesOf } from '../sql/names.ts'
import { type Trace, trace } from '../sql/trace.ts'
import { checkChecks } from './definition/bind-checks.ts'
import { checkHeader } from './definition/bind-header.ts'
import { fingerprintOf } from './definition/fingerprint.ts'
import { inModel, shownIn } from './definition/in-model.ts'
import { checkOutput, outputError } from './definition/outputs.ts'
import { personalColumns } from './definition/personal.ts'
import type { BoundModel, InputTable, Model, ModelGraph } from './model.ts'

/** What models are bound against. */
export interface ModelWorld {
  /** The tables that they can read beside each other, and what each is. */
  readonly tables: ReadonlyMap<string, InputTable['kind']>
  table(name: string, context: Context): Promise<InputTable>
  /** IANA zone of intervals. */
  readonly timezone: string
  readonly engine: Engine
}

/**
 * Binds models to each other and to tables: what each reads, its output columns and their types. Nothing is read but
 * schemas. MODEL_NAME_TAKEN, MODEL_UNKNOWN_NAME, MODEL_CYCLE, MODEL_SQL_INVALID, MODEL_OUTPUT_INVALID,
 * MODEL_HEADER_INVALID, MODEL_NOT_TRACED, each with its place.
 */
export async function bindModels(models: readonly Model[], world: ModelWorld, context: Context): Promise<ModelGraph> {
  checkNames(models, world.tables)
  const names = [...models.map(({ name }) => name), ...world.tables.keys()]
  const read = new Map(models.map((model) => [model.name, inputsOf(model, names)]))
  const tables = new Map<string, InputTable>()
  const byName = new Map<string, BoundModel>()
  const source = sourceIn(byName, tables)
  const empty: Record<string, Relation> = {}
  for (const model of inOrder(models, read)) {
    const inputs = [...new Set((read.get(model.name) ?? []).map(({ name }) => name))]
    for (const name of inputs) {
      if (Object.hasOwn(empty, name)) continue
      const table = await world.table(name, context)
      tables.set(name, table)
      empty[name] = emptyOf(table.columns)
    }
    const from = Object.fromEntries(inputs.map((name) => [name, empty[name] as Relation]))
    const columns = inputs.flatMap((name) => tables.get(name)?.columns ?? byName.get(name)?.output ?? [])
    const personal = new Set(inputs.flatMap((name) => [...personalIn(byName.get(name) ?? tables.get(name))]))
    const bound = await bind(model, { inputs, from, columns, personal }, { byName, source }, world, context)
    byName.set(model.name, bound)
    // a view's columns keep the types of its SQL, which can be wider than those of tables
    empty[model.name] = model.kind === 'view' ? { kind: 'select', sql: model.sql, from } : emptyOf(bound.output)
  }
  const columnsOf = async (name: string) => (tables.get(name) ?? (await world.table(name, context))).columns
  await checkChecks({ models: byName, tables: [...world.tables.keys()], columnsOf, engine: world.engine }, context)
  return { order: [...byName.values()], byName, tables, source }
}

/** What a model reads: names, empty rows for them, and all their columns. */
interface Reads {
  readonly inputs: readonly string[]
  readonly from: Relations
  readonly columns: Columns
  /** Those that hold personal data, in small letters. */
  readonly personal: ReadonlySet<string>
}

function personalIn(input: BoundModel | InputTable | undefined): Iterable<string> {
  if (!input) return []
  if ('personal' in input) return input.personal
  return (input.contract?.columns ?? []).flatMap(({ name, pii }) => (pii ? [name.toLowerCase()] : []))
}

async function bind(
  model: Model,
  { inputs, from, columns, personal }: Reads,
  { byName, source }: Pick<ModelGraph, 'byName' | 'source'>,
  { engine, timezone }: ModelWorld,
  context: Context,
): Promise<BoundModel> {
  const known = columns.map(({ name }) => name)
  const output = await inModel(model.file, known, async () => {
    try {
      return await engine.describe({ sql: model.sql, from }, context)
    } catch (error) {
      throw outputError(model, error)
    }
  })
  checkOutput(model, output)
  checkHeader(model, output)
  const views = inputs.flatMap((name) => byName.get(name) ?? []).filter(({ kind }) => kind === 'view')
  const traced = await tracedOf(model, source, timezone)
  return {
    ...model,
    inputs,
    output,
    fingerprint: fingerprintOf(model, output, timezone, views),
    personal: personalColumns(
      model.parsed,
      personal,
      output.map(({ name }) => name),
    ),
    ...(traced && { trace: traced }),
  }
}

/** How an incremental or merge model follows from its inputs. MODEL_NOT_TRACED where it does not. */
async function tracedOf(model: Model, source: ModelGraph['source'], zone: string): Promise<Trace | undefined> {
  const { time, grain, key, parsed } = model
  const wanted = time === undefined ? key : [time]
  if (!wanted) return undefined
  const traced = await trace(parsed, wanted, source, {
    by: grain ? 'time' : 'key',
    unbounded: model.lookback !== undefined || model.lookahead !== undefined,
    ...(grain && { grain: { unit: grain, zone } }),
  })
  const [obstacle] = traced.obstacles
  if (obstacle)
    throw new MillraceError('MODEL_NOT_TRACED', {
      ...shownIn(model.file, obstacle.place),
      by: grain ? 'interval by interval' : 'key by key',
      reason: obstacle.reason,
      remedy: obstacle.remedy,
    })
  return traced
}

/** What names stand for to a trace. A model that is stored is a table, whose time is that of its intervals. */
function sourceIn(byName: ModelGraph['byName'], tables: ModelGraph['tables']): ModelGraph['source'] {
  return (written) => {
    const name = byName.has(written) || tables.has(written) ? written : written.toLowerCase()
    const model = byName.get(name)
    if (model?.kind === 'view') return { kind: 'view', name, parsed: model.parsed }
    const columns = model?.output ?? tables.get(name)?.columns
    const time = model?.time ?? tables.get(name)?.time
    return columns && { kind: 'table', name, columns, ...(time !== undefined && { time }) }
  }
}

function emptyOf(columns: InputTable['columns']): Relation {
  return { kind: 'values', columns, rows: [] }
}

const titles = { stream: 'a stream', table: 'a table', external: 'an external table' } as const

function checkNames(models: readonly Model[], tables: ModelWorld['tables']): void {
  const seen = new Map<string, string>()
  for (const { name, file } of models) {
    const kind = tables.get(name)
    const other = kind ? titles[kind] : seen.get(name)
    if (other !== undefined) throw new MillraceError('MODEL_NAME_TAKEN', { place: file, other, name })
    seen.set(name, file)
  }
}

/** A name that a model's SQL reads, as the project has it. */
interface Input {
  readonly name: string
  readonly reference: TableReference
}

function inputsOf({ file, parsed }: Model, known: readonly string[]): readonly Input[] {
  return tablesOf(parsed).map((reference) => {
    const written = reference.parts.join('.')
    // names of the project are in small letters
    const name = known.find((each) => each === written) ?? known.find((each) => each === written.toLowerCase())
    if (name !== undefined) return { name, reference }
    throw new MillraceError('MODEL_SQL_INVALID', {
      ...shownIn(file, reference.place),
      reason: `there is no stream, table or model \`${written}\``,
      suggestion: suggest(written, known),
    })
  })
}

/**
 * Models after those that they read, and where that makes no circle after those that their checks refer to; otherwise in
 * the order of their names. MODEL_CYCLE with the whole circle.
 */
function inOrder(models: readonly Model[], read: ReadonlyMap<string, readonly Input[]>): readonly Model[] {
  const byName = new Map(models.map((model) => [model.name, model]))
  const done = new Set<Model>()
  const visit = (model: Model, path: readonly string[]): void => {
    if (done.has(model)) return
    const circle = [...path, model.name]
    for (const { name, reference } of read.get(model.name) ?? []) {
      const input = byName.get(name)
      if (!input) continue
      if (circle.includes(name))
        throw new MillraceError('MODEL_CYCLE', {
          ...shownIn(model.file, reference.place),
          path: [...circle.slice(circle.indexOf(name)), name].join(' → '),
        })
      visit(input, circle)
    }
    for (const name of tablesReferred(model.checks)) {
      const referred = byName.get(name)
      if (referred && !readsAny(name, circle, read)) visit(referred, circle)
    }
    done.add(model)
  }
  for (const model of models.toSorted((a, b) => (a.name < b.name ? -1 : 1))) visit(model, [])
  return [...done]
}

/** Whether a model is one of these, or reads one of them through others. */
function readsAny(
  model: string,
  wanted: readonly string[],
  read: ReadonlyMap<string, readonly Input[]>,
  seen: Set<string> = new Set(),
): boolean {
  if (wanted.includes(model)) return true
  if (seen.has(model)) return false
  seen.add(model)
  return (read.get(model) ?? []).some(({ name }) => readsAny(name, wanted, read, seen))
}
