import type { Column } from '../../../core/columns.ts'
import { join, name, raw, type SqlText, sql, value } from '../../../sql/text.ts'
import type { TailRelation } from '../../relation.ts'
import { rejectColumns, type TailSpec } from '../../tail.ts'
import { typeSql } from '../types.ts'
import { unionAll } from '../union.ts'

/** The table of one part of a generation, in the generation's own database. */
export function tableOf(tail: string, generation: number, part: TailRelation['part']): SqlText {
  return sql`${databaseOf(tail, generation)}.main.${name(part)}`
}

function databaseOf(tail: string, generation: number): SqlText {
  return name(`_tail/${tail}/${generation}`)
}

/**
 * Both tables of a generation. They are all of a database in memory: DuckDB plans a prepared statement anew, at each run,
 * once anything has been created or dropped in a database that it reads or writes.
 */
export function createSql(tail: string, generation: number, spec: TailSpec): SqlText[] {
  const columns = rejectColumns.map((column) => sql`${name(column.name)} ${typeSql(column.type)}`)
  const nothing = sql`SELECT ''::VARCHAR AS json, 0::BIGINT AS _offset, now() AS _received_at WHERE false`
  return [
    sql`ATTACH ':memory:' AS ${databaseOf(tail, generation)}`,
    sql`CREATE TABLE ${tableOf(tail, generation, 'rows')} AS WITH raw AS (${nothing}) SELECT * REPLACE (${join(spec.columns.map(castSql))}) FROM (${raw(spec.good)}) WHERE false`,
    sql`CREATE TABLE ${tableOf(tail, generation, 'rejects')} (${join(columns)})`,
  ]
}

export function dropSql(tail: string, generation: number): SqlText {
  return sql`DETACH DATABASE IF EXISTS ${databaseOf(tail, generation)}`
}

/**
 * The records of the lines `$1`, UTF-8, at or after offset `$2`: `_offset`, `_received_at`, `kind`, `payload`. A payload may hold
 * tabs; a trailer begins with no number, so it is none of them.
 */
const records = sql`SELECT TRY_CAST(f[1] AS BIGINT) AS _offset, make_timestamptz(TRY_CAST(f[2] AS BIGINT)) AS _received_at, f[3] AS kind, CASE WHEN len(f) = 4 THEN f[4] ELSE array_to_string(f[4:], chr(9)) END AS payload FROM (SELECT string_split(unnest(string_split(decode($1::BLOB), chr(10))), chr(9)) AS f) WHERE TRY_CAST(f[1] AS BIGINT) >= $2::BIGINT`

/** Kinds of lines that are events: `s` is one that is simple. */
const kindSql = { all: sql`kind IN ('e', 's')`, simple: sql`kind = 's'`, others: sql`kind = 'e'` } as const

function events(of: keyof typeof kindSql): SqlText {
  return sql`raw AS (SELECT payload AS json, _offset, _received_at FROM (${records}) WHERE ${kindSql[of]})`
}

/** What is done with lines: `$1` their bytes, `$2` the first offset that is wanted. */
export interface LoadSql {
  readonly good: SqlText
  /** Events that the spec refuses. */
  readonly bad: SqlText
  /** Both for simple events, where the spec has SQL of its own for them: `good` and `bad` are of the others then. */
  readonly simpleGood: SqlText
  readonly simpleBad: SqlText
  /** Records that are rejects in the log already. */
  readonly others: SqlText
  /** Events that neither `good` nor `bad` gives; `$3`: the offset after the last. */
  readonly forgotten: SqlText
  /** All of the lines, of which one is an event that cannot be loaded; `$3` says why. */
  readonly unloadable: SqlText
}

export function loadSql(tail: string, generation: number, spec: TailSpec): LoadSql {
  const rows = tableOf(tail, generation, 'rows')
  const rejects = tableOf(tail, generation, 'rejects')
  const { simple } = spec
  const scope = events(simple ? 'others' : 'all')
  const known = sql`(SELECT _offset FROM ${rows} WHERE _offset >= $2::BIGINT AND _offset < $3::BIGINT UNION ALL SELECT _offset FROM ${rejects} WHERE _offset >= $2::BIGINT AND _offset < $3::BIGINT)`
  const words = sql`CASE kind WHEN 'r' THEN 'reject' WHEN 'm' THEN 'mend' WHEN 'p' THEN 'position' WHEN 'e' THEN 'event' ELSE kind END`
  const insertGood = (raws: SqlText, good: string) => sql`INSERT INTO ${rows} WITH ${raws} SELECT * FROM (${raw(good)})`
  const insertBad = (raws: SqlText, bad: string) =>
    sql`INSERT INTO ${rejects} WITH ${raws}, bad AS (SELECT * FROM (${raw(bad)})) SELECT _offset, _received_at, 'event', bad."column", bad.code, bad.message, json FROM (SELECT _offset, "column", code, message FROM bad) AS bad JOIN raw USING (_offset)`
  return {
    good: insertGood(scope, spec.good),
    bad: insertBad(scope, spec.bad),
    simpleGood: insertGood(events('simple'), simple?.good ?? spec.good),
    simpleBad: insertBad(events('simple'), simple?.bad ?? spec.bad),
    others: sql`INSERT INTO ${rejects} SELECT _offset, _received_at, ${words}, NULL, NULL, NULL, payload FROM (${records}) WHERE NOT ${kindSql.all}`,
    forgotten: sql`INSERT INTO ${rejects} WITH ${events('all')} SELECT _offset, _received_at, 'event', NULL, 'unloadable', 'the contract neither takes it nor refuses it', json FROM raw WHERE _offset NOT IN ${known}`,
    unloadable: sql`INSERT INTO ${rejects} SELECT _offset, _received_at, 'event', NULL, 'unloadable', $3::VARCHAR, payload FROM (${records}) WHERE ${kindSql.all}`,
  }
}

/** Takes away rows from an offset on. */
export function strayedSql(tail: string, generation: number, from: bigint): SqlText {
  return sql`DELETE FROM ${tableOf(tail, generation, 'rows')} WHERE _offset >= ${value(from)}`
}

/** The rows of a relation, as far as its generations have them. */
export function tailRowsSql(relation: TailRelation): SqlText {
  const { tail, part, columns, after, upTo, generations, uniform } = relation
  const rowsOf = (selected: SqlText) => (generation: number) =>
    sql`SELECT ${selected} FROM ${tableOf(tail, generation, part)} WHERE _offset > ${value(after)} AND _offset < ${value(upTo)}`
  // DuckDB plans a statement over this in two thirds of the time
  if (uniform && generations.length > 0)
    return unionAll(generations.map(rowsOf(join(columns.map((column) => name(column.name))))), 'place')
  const nothing = columns.map((column) => sql`CAST(NULL AS ${typeSql(column.type)}) AS ${name(column.name)}`)
  const all = unionAll([sql`SELECT ${join(nothing)} WHERE false`, ...generations.map(rowsOf(raw('*')))], 'name')
  return sql`SELECT ${join(columns.map(castSql))} FROM (${all})`
}

function castSql({ name: title, type }: Column): SqlText {
  return sql`CAST(${name(title)} AS ${typeSql(type)}) AS ${name(title)}`
}
