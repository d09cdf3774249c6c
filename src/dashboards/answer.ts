import type { Columns } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { mapLimit } from '../core/map-limit.ts'
import type { Engine, Result } from '../engines/engine.ts'
import type { Catalog } from '../query/catalog.ts'
import { type Freezing, type Frozen, freeze } from '../query/frozen.ts'
import { inPlaces, isGoneOn, type Position, resolveFrozen, untilSteady } from '../query/query.ts'
import { rowsText } from '../query/results.ts'
import { tablesOf } from '../sql/names.ts'
import { parseSql } from '../sql/parse.ts'
import { type BoundFilter, beforeOf, bindSql } from './bind.ts'
import type { Tile } from './dashboard.ts'
import { type Memory, memoryOf } from './memory.ts'
import { misfitOf, placedError, planTile, type TilePlan, withoutEnd } from './plan-tile.ts'
import { SettledRows } from './settled.ts'
import { type MadeOfTime, unfinishedAt } from './unfinished.ts'

/** What tiles are answered from. */
export interface Ground {
  readonly catalog: Catalog
  readonly engine: Engine
  readonly timezone: string
  readonly freezing: Freezing
  /** The columns of a table or a model; none where there is no such. */
  columnsOf(name: string, context: Context): Promise<Columns>
  /** A SELECT of its rows with `originColumns`, where each is made of one row of a table; undefined where it is not. */
  originOf?(name: string, context: Context): Promise<{ readonly table: string; readonly sql: string } | undefined>
  /** How a column of a SELECT is made of times of the rows that are read; none where it is not, or it cannot be told. */
  timesOf?(sql: string, column: string, context: Context): Promise<readonly MadeOfTime[]>
}

/** The rows of one SELECT, as JSON. */
export interface SelectRows {
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: string
  readonly truncated: boolean
  readonly elapsedMs: number
  readonly askedAtMs: number
}

/** A tile's rows. */
export interface TileRows extends SelectRows {
  /** Those of the period before. */
  readonly previous: string | undefined
  /** Of a chart along a time: the value of its `x` whose minute, hour or day is not over. */
  readonly unfinished: string | undefined
}

export type TileOutcome = TileRows | MillraceError

/** All tiles of a tab at one position. */
export interface TabOutcome {
  readonly atMs: number
  readonly position: Position
  readonly tiles: ReadonlyMap<string, TileOutcome>
  /** The milliseconds of one core that each of the tiles took whose rows were not there already. */
  readonly costsMs: readonly number[]
  /** The same of what was counted of settled rows: it is kept for the answers after this one. */
  readonly countedMs: number
}

/** Characters of a tile's rows. */
const answerLimit = 8 * 1024 * 1024
const timeoutMs = 30_000
/** Tiles that are asked at once: the cores are for others too. */
const concurrent = 2
/** Times that a few small files are counted for one answer: after a flush none waits until that was done for all tiles. */
const countsAtOnce = 2

/** What tiles were answered before. */
export class TileMemory {
  /** The last answer of each query, and the position that it is of: those before it are asked for no more. */
  readonly answers: Memory<{ readonly place: string; readonly answered: SelectRows }> = memoryOf(
    ({ place, answered }) => place.length + answered.rows.length,
  )
  readonly settled = new SettledRows()
}

/** Answers all tiles of a tab at one position; one that cannot be answered is its own error. */
export async function answerTiles(
  tiles: readonly Tile[],
  filters: ReadonlyMap<string, BoundFilter>,
  ground: Ground,
  memory: TileMemory,
  context: Context,
): Promise<TabOutcome> {
  return untilSteady(async () => {
    using frozen = freeze(ground.freezing)
    const atMs = context.now()
    const asks = await mapLimit(tiles, tiles.length, (tile) => askOf(tile, filters, ground, context))
    const names = new Set(asks.flatMap((ask) => (ask instanceof MillraceError ? [] : ask.reads)))
    await freezeAll(ground.catalog, [...names], frozen, context)
    // after that: what is not over now was not over at the position
    const frozenAtMs = context.now()
    const position: Position = { versions: {}, offsets: {}, behind: {} }
    const costsMs = tiles.map(() => 0)
    const counted = { ms: 0, left: countsAtOnce }
    const outcomes = await mapLimit(asks, concurrent, async (ask, at) => {
      if (ask instanceof MillraceError) return ask
      const spend = (ms: number) => {
        costsMs[at] = (costsMs[at] ?? 0) + ms
      }
      return outcomeOf(ask, { ...ground, frozen, frozenAtMs, memory, position, spend, counted }, context)
    })
    return {
      atMs,
      position: { ...position, offsets: frozen.offsets() },
      tiles: new Map(tiles.map(({ id }, at) => [id, outcomes[at] as TileOutcome])),
      costsMs: costsMs.filter((ms) => ms > 0),
      countedMs: counted.ms,
    }
  }, ground.freezing)
}

/** What cannot be frozen is told to the tiles that read it, each for itself. */
async function freezeAll(catalog: Catalog, names: readonly string[], frozen: Frozen, context: Context): Promise<void> {
  try {
    await catalog.freeze?.(names, frozen, context)
  } catch (error) {
    if (isGoneOn(error) || !(error instanceof MillraceError)) throw error
  }
}

/** A tile with the queries that are asked for it. */
interface TileAsk {
  readonly tile: Tile
  readonly plans: readonly TilePlan[]
  readonly reads: readonly string[]
  readonly known: Columns
  /** How the `x` of its chart is made. */
  readonly times: readonly MadeOfTime[]
}

async function askOf(
  tile: Tile,
  filters: ReadonlyMap<string, BoundFilter>,
  ground: Ground,
  context: Context,
): Promise<TileAsk | MillraceError> {
  if (tile.fault) return tile.fault
  try {
    const reads = await tablesIn(tile)
    const known = (await Promise.all(reads.map((name) => ground.columnsOf(name, context)))).flat()
    const site = { timezone: ground.timezone, columns: known }
    const plans = [planTile(tile, filters, site)]
    if (tile.options['compare'] === 'previous_period') plans.push(planTile(tile, beforeOf(filters), site))
    return { tile, plans, reads, known, times: await timesOf(tile, filters, { ...ground, known }, context) }
  } catch (error) {
    return faultOf(error)
  }
}

/** How the `x` of a tile's chart is made of times. Which values lists are set to makes no difference. */
async function timesOf(
  { sql, options, filterColumns }: Tile,
  filters: ReadonlyMap<string, BoundFilter>,
  { timezone, known, timesOf }: Ground & Pick<TileAsk, 'known'>,
  context: Context,
): Promise<readonly MadeOfTime[]> {
  const x = options['x']
  if (typeof x !== 'string' || !timesOf) return []
  const unset = new Map(
    [...filters].map(([name, filter]): readonly [string, BoundFilter] => [
      name,
      filter.type === 'list' ? { ...filter, values: [] } : filter,
    ]),
  )
  const bound = bindSql(withoutEnd(sql), unset, { timezone, filterColumns, columns: known })
  return timesOf(bound.sql, x, context)
}

/** The names that a tile's SELECT reads, as they are written. */
export async function tablesIn(tile: Tile): Promise<readonly string[]> {
  const plain = { timezone: 'UTC', columns: [] }
  const plan = planTile(tile, new Map(), plain)
  try {
    const references = tablesOf(await parseSql(plan.sql))
    return [...new Set(references.map(({ parts }) => parts.join('.')))]
  } catch (error) {
    throw placedError(tile, plan, error, [])
  }
}

interface Running extends Ground {
  readonly frozen: Frozen
  readonly frozenAtMs: number
  readonly memory: TileMemory
  readonly position: Position
  /** Told of each query what it took of one core. */
  spend(ms: number): void
  /** What counting of settled rows took, and how often it may be done still. */
  readonly counted: { ms: number; left: number }
}

async function outcomeOf(
  { tile, plans, known, times }: TileAsk,
  running: Running,
  context: Context,
): Promise<TileOutcome> {
  const parts: SelectRows[] = []
  for (const plan of plans) {
    try {
      parts.push(await answerOne(plan, running, context))
    } catch (error) {
      if (isGoneOn(error)) throw error
      return faultOf(placedError(tile, plan, error, known))
    }
    const fault = misfitOf(tile, parts[0]?.columns ?? [])
    if (fault) return fault
  }
  const [now, before] = parts as [SelectRows, SelectRows?]
  const unfinished = unfinishedAt(running.frozenAtMs, times, running.timezone)
  return { ...now, previous: before?.rows, unfinished, elapsedMs: now.elapsedMs + (before?.elapsedMs ?? 0) }
}

async function answerOne(plan: TilePlan, running: Running, context: Context): Promise<SelectRows> {
  const { catalog, frozen, memory, position } = running
  const limits = { rows: plan.rows, timeoutMs }
  const resolved = await resolveFrozen(catalog, plan.sql, { frozen, parameters: plan.parameters, limits }, context)
  Object.assign(position.versions, resolved.position.versions)
  Object.assign(position.behind, resolved.position.behind)
  const key = JSON.stringify([plan.sql, plan.parameters, plan.rows])
  const place = placeOf(resolved.position)
  const held = memory.answers.get(key)
  if (held?.place === place) return held.answered
  const started = performance.now()
  const askedAtMs = context.now()
  const elapsedMs = () => Math.round((performance.now() - started) * 10) / 10
  // of a query that fails nobody tells what it took
  let cpuMs: number | undefined
  try {
    await using result = await runShortened(plan, resolved, running, context)
    const rows = await limitedRows(result)
    const columns = result.columns.map(({ name, type }) => ({ name, type }))
    const answered = { columns, rows, truncated: result.truncated, elapsedMs: elapsedMs(), askedAtMs }
    cpuMs = result.cpuMs
    memory.answers.put(key, { place, answered })
    return answered
  } finally {
    running.spend(cpuMs ?? elapsedMs())
    context.emit({ kind: 'fact', type: 'tile.queried', seconds: elapsedMs() / 1000 })
  }
}

/** Runs a tile's query over no more than has to be read again. */
async function runShortened(
  plan: TilePlan,
  resolved: Awaited<ReturnType<typeof resolveFrozen>>,
  { engine, memory, counted }: Running,
  context: Context,
): Promise<Result> {
  const spent = ({ cpuMs }: Pick<Result, 'cpuMs'>, startedMs: number) => {
    counted.ms += cpuMs ?? performance.now() - startedMs
  }
  const run = { engine, spent, mayCount: () => counted.left-- > 0 }
  const query = await memory.settled.shortened(resolved.query, run, context)
  return inPlaces(plan.sql, resolved, () => engine.run(query, context))
}

/** ANSWER_TOO_LARGE. */
async function limitedRows(result: Parameters<typeof rowsText>[0]): Promise<string> {
  const parts: string[] = []
  let length = 0
  for await (const part of rowsText(result, { quote64: true })) {
    length += part.length
    if (length > answerLimit) throw new MillraceError('ANSWER_TOO_LARGE', { limit: answerLimit })
    parts.push(part)
  }
  return parts.join('')
}

/** The versions and offsets that an answer was read at, as text. */
function placeOf({ versions, offsets, behind }: Position): string {
  const sorted = (held: Readonly<Record<string, unknown>>) =>
    Object.entries(held)
      .map(([name, at]) => [name, String(at)])
      .sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
  return JSON.stringify([sorted(versions), sorted(offsets), Object.keys(behind)])
}

/** What a tile shows instead of its rows; faults of ours are not told in their own words. */
function faultOf(error: unknown): MillraceError {
  if (error instanceof MillraceError) return error
  throw error
}
