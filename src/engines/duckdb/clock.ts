import type { ClockName } from '../../sql/clock.ts'
import { name, type SqlText, sql, value } from '../../sql/text.ts'

/**
 * Statements after which everything that tells the time on this connection says this moment: macros of its own, which
 * come before DuckDB's functions of the same names, with parentheses and without. What they say is in UTC, as the
 * connection is.
 */
export function clockOf(nowMs: number): SqlText[] {
  const now = sql`${value(new Date(nowMs).toISOString())}::TIMESTAMP WITH TIME ZONE`
  const day = sql`CAST(${now} AS DATE)`
  const local = sql`CAST(${now} AS TIMESTAMP)`
  const says: Readonly<Record<ClockName, SqlText>> = {
    now,
    current_timestamp: now,
    get_current_timestamp: now,
    transaction_timestamp: now,
    today: day,
    current_date: day,
    current_time: sql`CAST(${now} AS TIME WITH TIME ZONE)`,
    get_current_time: sql`CAST(${now} AS TIME WITH TIME ZONE)`,
    localtime: sql`CAST(${local} AS TIME)`,
    current_localtime: sql`CAST(${local} AS TIME)`,
    localtimestamp: local,
    current_localtimestamp: local,
  }
  const age = sql`(t) AS system.main.age(CAST(${day} AS TIMESTAMP WITH TIME ZONE), t), (t, u) AS system.main.age(t, u)`
  const macros = Object.entries(says).map(([called, moment]) => sql`${name(called)}() AS ${moment}`)
  return [...macros, sql`age${age}`].map((macro) => sql`CREATE TEMP MACRO ${macro}`)
}
