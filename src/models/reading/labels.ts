import type { Context } from '../../core/context.ts'
import type { Relation } from '../../engines/relation.ts'
import { collect } from '../../engines/rows.ts'
import { join, name, raw, type SqlText, sql, value } from '../../sql/text.ts'
import { bucketText, type Label, labelOf, rangeOf } from '../intervals.ts'
import type { BoundModel, Grain } from '../model.ts'
import type { Reading } from '../reading.ts'
import { type InputChange, rowsOfChange } from './changed.ts'
import { bucketsOf, grainOf, reachOf, runsOf, type Timed, timeColumn } from './reach.ts'

/** The intervals of a model that the changed rows of an input are read for. */
export async function labelsOf(
  reading: Reading,
  model: BoundModel,
  timed: Timed,
  change: InputChange,
  context: Context,
): Promise<readonly Label[]> {
  const { stale } = change
  const passed = stale && timesIn(stale.model, stale.labels, timed, grainOf(model), reading.timezone)
  const rows = passed ? [...change.rows, passed] : await rowsOfChange(reading, change, context)
  if (rows.length === 0) return []
  const grain = grainOf(model)
  const bucket = bucketsOf(reachOf(model, timed, reading.timezone), grain)
  const times = rows.map((_, at) => sql`SELECT ${bucket} AS bucket FROM ${name(`changed${at}`)}`)
  const text = sql`SELECT DISTINCT ${bucketText(sql`bucket`)} FROM (${join(times, ' UNION ALL ')})`.text
  const from = Object.fromEntries(rows.map((changed, at) => [`changed${at}`, changed]))
  const found = await collect(await reading.lake.engine.run({ sql: text, from }, context))
  return found.map(([at]) => labelOf(at as string | null, grain))
}

/**
 * Times that tell where all others in these intervals of a model lie, for an input whose time is made of that model's: so
 * their intervals are told without reading a row. Between two of them, the ends of a step within which clocks are not
 * changed, at most one interval begins. undefined where the time is made of something else.
 */
function timesIn(
  upstream: BoundModel,
  labels: readonly Label[],
  { column }: Timed,
  grain: Grain,
  zone: string,
): Relation | undefined {
  const time = timeColumn(upstream)
  if (!column || column.name.toLowerCase() !== time.name.toLowerCase()) return undefined
  const isDate = time.type.kind === 'date'
  const isFine = grain === 'minute' || grainOf(upstream) === 'minute'
  const step = isDate ? sql`INTERVAL 1 day` : isFine ? sql`INTERVAL 1 minute` : sql`INTERVAL 15 minutes`
  const parts: SqlText[] = labels.includes(null) ? [sql`SELECT NULL AS t`] : []
  for (const run of runsOf(labels, grainOf(upstream))) {
    const ends = [run.from, run.to].map((label) => rangeOf(label, grainOf(upstream), zone, { type: time.type }))
    const [first, last] = ends
    if (!first || !last) return undefined
    const [from, to] = [first.from, last.to].map((end) => sql`CAST(${value(end)} AS TIMESTAMPTZ)`) as [SqlText, SqlText]
    const begins = sql`SELECT unnest(range(time_bucket(${step}, ${from}), ${to}, ${step})) AS s`
    const times = isDate
      ? sql`s`
      : sql`unnest([greatest(s, ${from}), least(s + ${step}, ${to}) - INTERVAL 1 microsecond])`
    parts.push(sql`SELECT ${times} AS t FROM (${begins})`)
  }
  if (parts.length === 0) return undefined
  const all = parts.map((part) => part.text).join(' UNION ALL ')
  const type = raw(isDate ? 'DATE' : 'TIMESTAMPTZ')
  return {
    kind: 'select',
    sql: sql`SELECT CAST(t AS ${type}) AS ${name(column.name)} FROM (${raw(all)})`.text,
    from: {},
  }
}
