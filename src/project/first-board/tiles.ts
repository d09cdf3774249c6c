import { identifier } from '../../sql/identifier.ts'
import { join, raw, type SqlText, sql, value } from '../../sql/text.ts'
import { isIdentity, isMoney, titleOf } from './column-words.ts'
import type { FirstModel } from './model-file.ts'
import type { Roles, TableProfile } from './roles.ts'

/** A tile as a dashboard's file has it. */
export interface FirstTile {
  readonly id: string
  readonly title: string
  readonly chart: string
  readonly size: string
  readonly [key: string]: unknown
  readonly sql: string
}

interface Ground {
  readonly profile: TableProfile
  readonly roles: Roles
  readonly model: FirstModel
  readonly timezone: string
  /** ` WHERE $period AND $country`, of those filters that there are; with more conditions before them. */
  readonly where: (...conditions: readonly SqlText[]) => SqlText
}

/** More different values than these are a treemap: bars would be too thin. */
const mostBars = 12

/** A number, two charts of what there is to draw, and the rows themselves. */
export function firstTiles(ground: Ground): readonly FirstTile[] {
  const [left, right] = chartsOf(ground)
  return [
    numberTile(ground),
    ...(left ? [{ ...left, size: '9x4' }] : []),
    ...(right ? [{ ...right, size: '5x6' }] : []),
    { ...rowsTile(ground), size: '7x6' },
  ]
}

function chartsOf(ground: Ground): readonly FirstTile[] {
  const { roles, model } = ground
  const [first, second] = roles.categories
  const charts = [
    ...(model.time ? [lineTile(ground, model.time)] : []),
    ...(first ? [partsTile(ground, first)] : []),
    ...(model.time ? [weekTile(ground, model.time)] : []),
    ...(second ? [partsTile(ground, second)] : []),
    ...(roles.spread ? [spreadTile(ground, roles.spread)] : []),
    filledTile(ground),
    differentTile(ground),
  ]
  return charts.slice(0, 2)
}

/** The model's columns carry the filter of the time under another name. */
function onModel({ model, roles }: Ground): { readonly filter_columns?: Readonly<Record<string, string>> } {
  return model.time && roles.time && model.time.column !== roles.time.column
    ? { filter_columns: { period: model.time.column } }
    : {}
}

function measure({ model }: Ground): SqlText {
  return sql`sum(${identifier(model.measure.column)})`
}

function numberTile(ground: Ground): FirstTile {
  const { model, roles, where } = ground
  return {
    id: 'total',
    title: model.measure.title,
    chart: 'number',
    size: '3x4',
    value: 'total',
    format: model.measure.format,
    ...(roles.time && { compare: 'previous_period' }),
    ...onModel(ground),
    sql: textOf(sql`SELECT coalesce(${measure(ground)}, 0) AS total\nFROM ${identifier(model.name)}${where()}`),
  }
}

function lineTile(ground: Ground, { column, grain }: NonNullable<FirstModel['time']>): FirstTile {
  const { model, where } = ground
  const step = identifier(column)
  return {
    id: 'over_time',
    title: `${model.measure.title} by ${grain}`,
    chart: 'line',
    size: '9x4',
    x: column,
    y: ['total'],
    format: model.measure.format,
    ...onModel(ground),
    sql: textOf(
      sql`SELECT ${step}, ${measure(ground)} AS total\nFROM ${identifier(model.name)}${where(sql`${step} IS NOT NULL`)}\nGROUP BY ALL\nORDER BY ${step}`,
    ),
  }
}

function partsTile(ground: Ground, { column, distinct }: Roles['categories'][number]): FirstTile {
  const { model, profile, where } = ground
  const isTreemap = distinct > mostBars
  const fromModel = model.categories.includes(column)
  const sum = fromModel ? measure(ground) : tableMeasure(ground)
  return {
    id: column === ground.roles.categories[0]?.column ? 'by_kind' : 'by_other_kind',
    title: `${model.measure.title} by ${titleOf(column).toLowerCase()}`,
    chart: isTreemap ? 'treemap' : 'bar',
    size: '5x6',
    ...(isTreemap ? { levels: ['part'], value: 'total' } : { x: 'part', y: ['total'], horizontal: true }),
    format: model.measure.format,
    ...(fromModel && onModel(ground)),
    sql: textOf(
      sql`SELECT coalesce(CAST(${identifier(column)} AS VARCHAR), 'none') AS part, ${sum} AS total\nFROM ${identifier(fromModel ? model.name : profile.table)}${where()}\nGROUP BY ALL\nORDER BY total DESC NULLS LAST, part`,
    ),
  }
}

function tableMeasure({ roles }: Ground): SqlText {
  return roles.amount ? sql`sum(${identifier(roles.amount.column)})` : sql`count(*)`
}

const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

function weekTile(ground: Ground, { column, grain }: NonNullable<FirstModel['time']>): FirstTile {
  const { model, where } = ground
  const step = identifier(column)
  const local = sql`${step} AT TIME ZONE ${value(ground.timezone)}`
  const parts = {
    day: ['day of the week', sql`[${join(days.map(value))}][step]`, sql`isodow(${step})`],
    hour: ['hour of the day', sql`step`, sql`hour(${local})`],
    minute: ['minute of the hour', sql`step`, sql`minute(${local})`],
  } as const
  const [title, part, number] = parts[grain]
  return {
    id: 'rhythm',
    title: `${model.measure.title} by ${title}`,
    chart: 'bar',
    size: '5x6',
    x: 'part',
    y: ['total'],
    format: model.measure.format,
    ...onModel(ground),
    sql: textOf(
      sql`SELECT ${part} AS part, sum(total) AS total\nFROM (\n  SELECT ${number} AS step, ${measure(ground)} AS total\n  FROM ${identifier(model.name)}${where(sql`${step} IS NOT NULL`)}\n  GROUP BY ALL\n)\nGROUP BY step\nORDER BY step`,
    ),
  }
}

function spreadTile({ profile, where }: Ground, { column, least, most }: NonNullable<Roles['spread']>): FirstTile {
  const own = identifier(column)
  const { width, digits } = niceWidth((most - least) / 12)
  const size = raw(width)
  const from = sql`floor(${own} / ${size}) * ${size}`
  return {
    id: 'spread',
    title: `Rows by ${titleOf(column).toLowerCase()}`,
    chart: 'bar',
    size: '5x6',
    x: 'at_least',
    y: ['total'],
    format: 'integer',
    sql: textOf(
      sql`SELECT ${digits > 0 ? sql`round(${from}, ${value(digits)})` : from} AS at_least, count(*) AS total\nFROM ${identifier(profile.table)}${where(sql`${own} IS NOT NULL`)}\nGROUP BY ALL\nORDER BY at_least`,
    ),
  }
}

/** 1, 2 or 5 times a power of ten, as SQL reads it, and its digits after the point. */
function niceWidth(width: number): { readonly width: string; readonly digits: number } {
  const power = Math.floor(Math.log10(width))
  const step = [1, 2, 5, 10].find((each) => each * 10 ** power >= width * 0.999) ?? 10
  const nice = step * 10 ** power
  const digits = Math.min(15, Math.max(0, -power))
  return { width: nice.toFixed(digits), digits }
}

function filledTile({ profile, where }: Ground): FirstTile {
  const columns = profile.columns.toSorted((a, b) => a.filled - b.filled).slice(0, 20)
  const names = columns.map(({ name }) => value(name))
  const counts = columns.map(({ name }) => sql`count(${identifier(name)})`)
  return {
    id: 'filled',
    title: 'Rows with a value',
    chart: 'bar',
    size: '9x4',
    x: 'part',
    y: ['total'],
    horizontal: true,
    format: 'integer',
    sql: textOf(
      sql`SELECT unnest([${join(names)}]) AS part, unnest([${join(counts)}]) AS total\nFROM ${identifier(profile.table)}${where()}`,
    ),
  }
}

function differentTile({ profile, where }: Ground): FirstTile {
  const columns = profile.columns.slice(0, 20)
  const names = columns.map(({ name }) => value(name))
  const counts = columns.map(({ name }) => sql`count(DISTINCT ${identifier(name)})`)
  return {
    id: 'different',
    title: 'Different values',
    chart: 'bar',
    size: '5x6',
    x: 'part',
    y: ['total'],
    horizontal: true,
    format: 'integer',
    sql: textOf(
      sql`SELECT unnest([${join(names)}]) AS part, unnest([${join(counts)}]) AS total\nFROM ${identifier(profile.table)}${where()}`,
    ),
  }
}

/** Money with its cents, and numbers of things without the commas of amounts. */
function shownColumn(column: string, { profile, roles }: Ground): unknown {
  const kind = profile.columns.find(({ name }) => name === column)?.kind
  const isWhole = kind === 'bigint' || kind === 'integer' || kind === 'smallint'
  if (column === roles.amount?.column) return { column, format: roles.amount.format }
  if (isWhole && isIdentity(column)) return { column, format: 'text' }
  return kind === 'decimal' && isMoney(column) ? { column, format: 'number(2)' } : column
}

function rowsTile(ground: Ground): FirstTile {
  const { profile, roles, where } = ground
  const by = roles.time?.column ?? roles.amount?.column
  const order = by === undefined ? sql`` : sql`\nORDER BY ${identifier(by)} DESC NULLS LAST`
  return {
    id: 'newest',
    title: roles.time ? 'Latest rows' : roles.amount ? 'Largest rows' : 'Rows',
    chart: 'table',
    size: '7x6',
    columns: roles.shown.map((column) => shownColumn(column, ground)),
    sql: textOf(
      sql`SELECT ${join(roles.shown.map(identifier))}\nFROM ${identifier(profile.table)}${where()}${order}\nLIMIT 100`,
    ),
  }
}

function textOf(text: SqlText): string {
  return `${text.text}\n`
}
