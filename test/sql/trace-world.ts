import type { DuckDBConnection } from '@duckdb/node-api'
import { parseColumn } from '../../src/core/columns.ts'
import { type Parsed, parseSql } from '../../src/sql/parse.ts'
import { queryOver } from '../../src/sql/restrict.ts'
import { name } from '../../src/sql/text.ts'
import { type Trace, type TraceOptions, type TraceSource, trace } from '../../src/sql/trace.ts'

/** The zone of the models that do not name another: its clocks skip an hour on 2026-03-08. */
const zone = 'America/New_York'

const tables: Readonly<Record<string, { readonly time?: string; readonly columns: Readonly<Record<string, string>> }>> =
  {
    events: {
      time: 't',
      columns: {
        t: 'timestamptz',
        id: 'bigint',
        user_id: 'bigint',
        day: 'date',
        kind: 'varchar',
        n: 'bigint',
        tags: 'varchar[]',
      },
    },
    views: {
      time: 'seen_at',
      columns: {
        view_id: 'bigint',
        user_id: 'bigint',
        seen_at: 'timestamptz',
        day: 'date',
        page: 'varchar',
        n: 'bigint',
      },
    },
    orders: { columns: { order_id: 'bigint', user_id: 'bigint', t: 'timestamptz', n: 'bigint' } },
    users: { columns: { user_id: 'bigint', name: 'varchar', born: 'date', score: 'double' } },
    prices: { columns: { kind: 'varchar', since: 'timestamptz', price: 'bigint' } },
  }

const viewTexts: Readonly<Record<string, string>> = {
  a_views: "SELECT seen_at, day, page FROM views WHERE page = 'a'",
  views_a_day: 'SELECT day, count(*) AS n FROM a_views GROUP BY day',
  newest: 'SELECT * FROM events ORDER BY t DESC LIMIT 3',
  first_purchases: 'SELECT user_id, min(t) AS first FROM events GROUP BY user_id',
  aged: 'SELECT *, age(t) AS old FROM events',
  visits: 'SELECT t AS d, row_number() OVER (PARTITION BY user_id ORDER BY t) AS visit FROM events',
  visit_days: 'SELECT min(d) AS visit_day FROM visits',
  some_views: 'SELECT * FROM views TABLESAMPLE 10%',
}

const views = new Map(
  await Promise.all(Object.entries(viewTexts).map(async ([view, text]) => [view, await parseSql(text)] as const)),
)

export function source(written: string): TraceSource | undefined {
  const lower = written.toLowerCase()
  const view = views.get(lower)
  if (view) return { kind: 'view', name: lower, parsed: view }
  const table = tables[lower]
  if (!table) return undefined
  const columns = Object.entries(table.columns).map(([column, type]) => parseColumn(column, type))
  return { kind: 'table', name: lower, columns, ...(table.time !== undefined && { time: table.time }) }
}

/** A model of the tests: its SELECT, and what of it is asked. */
export interface Subject {
  readonly parsed: Parsed
  readonly wanted: readonly string[]
  readonly options: TraceOptions
  readonly trace: Trace
}

/** Settings stand in comments: `-- time: t`, `-- grain: month`, `-- zone: UTC`, `-- key: id, k`, `-- lookback`. */
export async function subjectOf(text: string): Promise<Subject> {
  const setting = (word: string) => new RegExp(`^-- ${word}: (.*)$`, 'm').exec(text)?.[1]
  const parsed = await parseSql(text)
  const wanted = (setting('key') ?? setting('time') ?? 'd').split(', ')
  const grain = { unit: setting('grain') ?? 'day', zone: setting('zone') ?? zone }
  const by = setting('key') === undefined ? 'time' : 'key'
  const options: TraceOptions = {
    by,
    unbounded: /^-- lookback$/m.test(text),
    ...(by === 'time' && { grain }),
  }
  return { parsed, wanted, options, trace: await trace(parsed, wanted, source, options) }
}

/** Rows of each table, as SQL literals. */
type Data = Readonly<Record<string, readonly (readonly string[])[]>>

/** Chance that gives the same again: a number from 0 on and below `below`. */
export type Draw = (below: number) => number

export function drawFrom(seed: number): Draw {
  let state = seed | 0
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return Math.floor(((state >>> 0) / 2 ** 32) * below)
  }
}

/** Times on the borders of days, of the zone and of UTC, a moment before them, within a lost hour, and none. */
const instants = [
  ...['2026-03-07', '2026-03-08', '2026-03-09'].flatMap((day) => [
    `${day} 00:00:00${day < '2026-03-09' ? '-05' : '-04'}`,
    `${day} 23:59:59.999999-05`,
    `${day} 00:00:00+00`,
    `${day} 06:59:59.999999+00`,
    `${day} 07:30:00+00`,
  ]),
  '2026-02-28 23:30:00-05',
  '2026-03-01 00:00:00-05',
]

function randomData(draw: Draw): Data {
  const pick = (items: readonly string[]) => items[draw(items.length)] as string
  const times = Array.from({ length: 6 }, () => `TIMESTAMPTZ '${pick(instants)}'`)
  const time = () => (draw(8) === 0 ? 'NULL' : pick(times))
  const user = () => (draw(9) === 0 ? 'NULL' : String(draw(3)))
  const day = () => (draw(8) === 0 ? 'NULL' : `DATE '2026-03-0${draw(4) + 6}'`)
  const number = () => (draw(10) === 0 ? 'NULL' : String(draw(4)))
  const kind = () => pick(['NULL', "'purchase'", "'view'", "'view'"])
  const tags = () => pick(['NULL', "['a','b']", "['c']", '[]', "['purchase']"])
  const rows = (count: number, row: (index: number) => readonly string[]) =>
    Array.from({ length: count }, (_, at) => row(at))
  return {
    events: rows(14 + draw(8), (id) => [time(), String(id), user(), day(), kind(), number(), tags()]),
    views: rows(10 + draw(8), (id) => [String(id), user(), time(), day(), pick(["'a'", "'b'", 'NULL']), number()]),
    orders: rows(6 + draw(8), (id) => [String(id), user(), time(), number()]),
    users: rows(draw(6), () => [user(), pick(["'ann'", "'bob'", 'NULL']), day(), pick(['0.0', '-0.0', '1.5', 'NULL'])]),
    prices: [kind(), kind()].map((each, at) => [each, `TIMESTAMPTZ '${instants[at * 7]}'`, String(at)]),
  }
}

/** Several worlds of rows, each in a schema of its own: `USE world1` takes one. */
export async function fillWorlds(connection: DuckDBConnection, count: number): Promise<void> {
  await connection.run("SET TimeZone = 'UTC'")
  for (let world = 1; world <= count; world++) {
    await connection.run(`CREATE SCHEMA world${world}; USE world${world}`)
    const data = randomData(drawFrom(world * 7919))
    for (const [table, { columns }] of Object.entries(tables)) {
      const typed = Object.entries(columns).map(([column, type]) => `${column} ${type}`)
      await connection.run(`CREATE TABLE ${table} (${typed.join(', ')})`)
      const rows = (data[table] ?? []).map((row) => `(${row.join(', ')})`)
      if (rows.length > 0) await connection.run(`INSERT INTO ${table} VALUES ${rows.join(', ')}`)
    }
  }
}

/** The condition on values told by a row or given by the query: SQL over one expression for each wanted column. */
export type Condition = (told: readonly string[]) => string

/** The query, its traced inputs restricted by a condition; without one, over all rows. */
export function restricted({ parsed, trace: { occurrences } }: Subject, condition?: Condition): string {
  return queryOver<string>(
    parsed,
    source,
    ({ id, name: input }) => {
      const { traced } = occurrences.find((each) => each.id === id) ?? {}
      const where = traced && condition ? ` WHERE ${condition(traced.map(({ sql }) => sql.text))}` : ''
      return `SELECT * FROM ${name(input).text}${where}`
    },
    (inner, from) => {
      const ctes = Object.entries(from).map(([each, of]) => `${name(each).text} AS (${of}\n)`)
      return ctes.length > 0 ? `WITH ${ctes.join(', ')} SELECT * FROM (${inner}\n)` : inner
    },
  )
}

/** The wanted columns, quoted. */
export function wantedOf({ wanted }: Subject): readonly string[] {
  return wanted.map((column) => name(column).text)
}

/** The interval of a time, or the key, as one value that can be compared. */
export function labelOf({ options }: Subject, told: readonly string[]): string {
  if (!options.grain) return `row(${told.map((each) => `CAST(${each} AS VARCHAR)`).join(', ')})`
  const { unit, zone: clocks } = options.grain
  const [time] = told
  // whichever it is: a date is shown by any clock, an instant by those of the zone
  const shown = `CASE WHEN typeof(${time}) = 'DATE' THEN CAST(CAST(${time} AS VARCHAR) AS TIMESTAMP) ELSE timezone('${clocks}', CAST(CAST(${time} AS VARCHAR) AS TIMESTAMPTZ)) END`
  return `date_trunc('${unit}', ${shown})`
}

export async function rowsOf(connection: DuckDBConnection, text: string): Promise<readonly string[]> {
  const rows = (await connection.runAndReadAll(text)).getRowsJson()
  return rows.map((row) => JSON.stringify(row)).sort()
}
