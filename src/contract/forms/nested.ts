import type { ColumnType } from '../../core/columns.ts'
import { join, name, raw, type SqlText, sql, value } from '../../sql/text.ts'
import type { Form, Settings } from './form.ts'
import { isJson, keyPath, keyPathOf, marked, scalarText, unmarked } from './json-text.ts'

interface Read {
  readonly value: SqlText
  /** True where nothing is lost. */
  readonly ok: SqlText
  /** True where every member of every struct in it is declared. */
  readonly declared: SqlText
}

/** The form of a scalar type. */
export type FormOf = (type: ColumnType) => Form

/**
 * Lists, structs and maps are read from JSON, each value in it by the form of its own type: nothing in a list is
 * rounded that would be refused in a column. A JSON value that is missing is NULL.
 */
export function nested(formOf: FormOf): Form & { readonly declared: (cast: SqlText, type: ColumnType) => SqlText } {
  return {
    accepts: 'JSON: a list, or an object for struct and map; each value in the forms of its type',
    refuses: 'a value in it that its type refuses; a key that a map has twice',
    cast: (text) => sql`CASE WHEN ${isJson(text)} THEN ${marked(text)} END`,
    value: ({ cast }, type, settings) => read(cast, type, settings, formOf, 0).value,
    fits: ({ cast }, type, settings) =>
      sql`CASE WHEN ${cast} IS NULL THEN false ELSE ${read(cast, type, settings, formOf, 0).ok} END`,
    declared: (cast, type) =>
      sql`coalesce(${read(cast, type, { formats: [], timezone: 'UTC', decimal: '.', nan: 'null' }, formOf, 0).declared}, true)`,
    why: ({ cast }) => [
      { when: sql`${cast} IS NULL`, reason: 'is not JSON' },
      { when: sql`true`, reason: 'has a value of another type' },
    ],
    delta: 'array, struct or map',
    parquet: 'LIST, group or MAP',
    json: 'array or object',
    typescript: 'unknown',
  }
}

/** The body with a name for an expression in it, which is then worked out once and written once. */
function bind(given: SqlText, variable: SqlText, body: SqlText): SqlText {
  return sql`list_transform([${given}], lambda ${variable}: ${body})[1]`
}

function read(json: SqlText, type: ColumnType, settings: Settings, formOf: FormOf, depth: number): Read {
  const item = raw(`_e${depth}`)
  const kind = sql`json_type(${json})`
  const none = sql`${json} IS NULL OR ${kind} = 'NULL'`
  switch (type.kind) {
    case 'list': {
      const inner = read(item, type.of, settings, formOf, depth + 1)
      const items = sql`json_extract(${json}, '$[*]')`
      const all = (test: SqlText) =>
        sql`coalesce(list_bool_and(list_transform(${items}, lambda ${item}: ${test})), true)`
      return {
        value: sql`CASE WHEN ${kind} = 'ARRAY' THEN list_transform(${items}, lambda ${item}: ${inner.value}) END`,
        ok: sql`CASE WHEN ${none} THEN true WHEN ${kind} = 'ARRAY' THEN ${all(inner.ok)} ELSE false END`,
        declared: sql`CASE WHEN ${kind} = 'ARRAY' THEN ${all(inner.declared)} ELSE true END`,
      }
    }
    case 'struct': {
      const fields = type.fields.map((field) => {
        const inner = read(item, field.type, settings, formOf, depth + 1)
        const member = (body: SqlText) => bind(sql`json_extract(${json}, ${keyPath(field.name)})`, item, body)
        return { field, value: member(inner.value), ok: member(inner.ok), declared: member(inner.declared) }
      })
      const values = join(fields.map((each) => sql`${name(each.field.name)} := ${each.value}`))
      const names = join(fields.map((each) => value(each.field.name)))
      const every = (tests: readonly SqlText[]) => join(tests, ' AND ')
      return {
        value: sql`CASE WHEN ${kind} = 'OBJECT' THEN struct_pack(${values}) END`,
        ok: sql`CASE WHEN ${none} THEN true WHEN ${kind} = 'OBJECT' THEN ${every(fields.map((each) => each.ok))} ELSE false END`,
        declared: sql`CASE WHEN ${kind} = 'OBJECT' THEN list_has_all([${names}], json_keys(${json})) AND ${every(fields.map((each) => each.declared))} ELSE true END`,
      }
    }
    case 'map': {
      const key = raw(`_k${depth}`)
      const keyForm = formOf(type.key)
      const keyCell = { text: key, cast: raw(`_c${depth}`) }
      const readKey = keyForm.value?.(keyCell, type.key, settings) ?? keyCell.cast
      const withKey = (body: SqlText) => bind(keyForm.cast(key, type.key, settings), keyCell.cast, body)
      const keyValue = withKey(readKey)
      const keyFits = withKey(keyForm.fits({ ...keyCell, value: sql`(${readKey})` }, type.key, settings))
      const inside = read(item, type.value, settings, formOf, depth + 1)
      const member = (body: SqlText) => bind(sql`json_extract(${json}, ${keyPathOf(key)})`, item, body)
      const inner = { value: member(inside.value), ok: member(inside.ok), declared: member(inside.declared) }
      const keys = sql`json_keys(${json})`
      const all = (test: SqlText) => sql`coalesce(list_bool_and(list_transform(${keys}, lambda ${key}: ${test})), true)`
      const distinct = sql`len(${keys}) = len(list_distinct(list_transform(${keys}, lambda ${key}: ${keyValue})))`
      const readable = sql`CASE WHEN ${kind} = 'OBJECT' THEN CASE WHEN ${all(keyFits)} THEN ${distinct} ELSE false END ELSE false END`
      return {
        value: sql`CASE WHEN ${readable} THEN map_from_entries(list_transform(${keys}, lambda ${key}: struct_pack(k := ${keyValue}, v := ${inner.value}))) END`,
        ok: sql`CASE WHEN ${none} THEN true WHEN ${readable} THEN ${all(inner.ok)} ELSE false END`,
        declared: sql`CASE WHEN ${kind} = 'OBJECT' THEN ${all(inner.declared)} ELSE true END`,
      }
    }
    case 'json':
      return {
        value: sql`CASE WHEN ${none} THEN NULL ELSE ${unmarked(sql`${json}::VARCHAR`)} END`,
        ok: sql`true`,
        declared: sql`true`,
      }
    default: {
      const form = formOf(type)
      const [text, cast] = [raw(`_t${depth}`), raw(`_c${depth}`)]
      const cell = { text, cast }
      const stored = form.value?.(cell, type, settings) ?? cast
      const blank = value(`[ \\t]*(?:${form.blank?.(settings) ?? ''})?[ \\t]*`)
      const empty = type.kind === 'varchar' ? sql`false` : sql`regexp_full_match(${text}, ${blank})`
      const within = (body: SqlText) => bind(scalarText(json), text, bind(form.cast(text, type, settings), cast, body))
      const fits = form.fits({ ...cell, value: sql`(${stored})` }, type, settings)
      return {
        value: within(stored),
        ok: sql`CASE WHEN ${none} THEN true WHEN ${kind} IN ('OBJECT', 'ARRAY') THEN false ELSE ${within(sql`CASE WHEN ${fits} THEN true ELSE ${empty} END`)} END`,
        declared: sql`true`,
      }
    }
  }
}
