import { stringify } from 'yaml'
import { join, raw, type SqlText, sql } from '../../sql/text.ts'
import { titleOf } from './column-words.ts'
import type { FirstModel } from './model-file.ts'
import type { Roles, TableProfile } from './roles.ts'
import { firstTiles } from './tiles.ts'

const dayMs = 86_400_000

/** A dashboard of four tiles over a table and its model. */
export function firstDashboard(
  profile: TableProfile,
  roles: Roles,
  model: FirstModel,
  { timezone, nowMs }: { readonly timezone: string; readonly nowMs: number },
): string {
  const [category] = roles.categories.filter(({ column }) => model.categories.includes(column))
  const word = category && filterWord(category.column)
  const filters = {
    ...(roles.time && {
      period: { type: 'period', column: roles.time.column, default: firstPeriod(roles.time, timezone, nowMs) },
    }),
    ...(category &&
      word && { [word]: { type: 'list', column: category.column, title: titleOf(category.column), multiple: true } }),
  }
  const names = Object.keys(filters).map((name) => raw(`$${name}`))
  const where = (...conditions: readonly SqlText[]): SqlText => {
    const all = [...conditions, ...names]
    return all.length > 0 ? sql`\nWHERE ${join(all, ' AND ')}` : sql``
  }
  const dashboard = {
    title: titleOf(profile.table),
    description: descriptionOf(profile, roles, timezone),
    ...(names.length > 0 && { filters }),
    tabs: [{ title: 'Overview', tiles: firstTiles({ profile, roles, model, timezone, where }) }],
  }
  return stringify(dashboard, { lineWidth: 0 })
}

/** What it was made from: the period shows a part of it at first. */
function descriptionOf({ rows }: TableProfile, { time }: Roles, timezone: string): string {
  const made = `Made from ${new Intl.NumberFormat('en').format(rows)} rows`
  if (!time) return made
  const day = dayIn(time.isDate ? 'UTC' : timezone)
  return `${made}, ${day(time.firstMs)} to ${day(time.lastMs)}`
}

function dayIn(timeZone: string): (ms: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' })
  return (ms) => format.format(ms)
}

/** A filter's name is a word of SQL after `$`. */
function filterWord(column: string): string {
  const word = column
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, 60)
  return word === '' || word === 'period' ? 'kind' : word
}

/**
 * The newest days of the data, of which there are as many before them: so the number has something to be compared with.
 * What reaches to now goes on with it.
 */
function firstPeriod(time: NonNullable<Roles['time']>, timezone: string, nowMs: number): string {
  const { firstMs, lastMs, isDate } = time
  const length = [30, 7, 1].find((days) => lastMs - firstMs >= 2 * days * dayMs)
  if (length === undefined) return 'all time'
  if (lastMs <= nowMs && nowMs - lastMs < (length * dayMs) / 4)
    return length === 1 ? 'last 24 hours' : `last ${length} days`
  const day = dayIn(isDate ? 'UTC' : timezone)
  return `${day(lastMs - (length - 1) * dayMs)}/${day(lastMs)}`
}
