import { join, name, raw, type SqlText, sql, value } from '../../sql/text.ts'
import type { Contract, ContractColumn } from '../contract.ts'
import { isPath, pointer, sameName } from '../fields.ts'
import { isJson, isLooseJson, keyPath, keyPathOf, marked, scalarText, unmarked } from '../forms/json-text.ts'
import { isNested } from '../forms.ts'
import type { Breach, InputSql, Origin } from './input.ts'

/** How a column is found in an object: paths, the first that is there counts, and the top-level key each one begins at. */
interface Lookup {
  readonly paths: readonly SqlText[]
  /** Top-level keys that the column takes whole, in the order of the paths; none for a path into a key. */
  readonly keys: readonly string[]
}

/**
 * Objects as text, in the varchar column `json` of `raw`. `keys` are the top-level keys that occur: they tell which
 * columns are found trimmed or in another case.
 */
export function jsonInput(contract: Contract, keys: readonly string[]): InputSql {
  const lookups = contract.columns.map((column) => lookupOf(column, keys))
  const paths = lookups.flatMap((lookup) => lookup.paths)
  const object = raw('_j')
  const parsed = contract.nan === 'null' ? isLooseJson(sql`json`) : isJson(sql`json`)
  const objects = sql`SELECT *, CASE WHEN ${parsed} THEN CASE WHEN json_type(json) = 'OBJECT' THEN ${marked(sql`json`)} END END AS _j FROM raw`
  const found = sql`SELECT *, json_keys(_j) AS _keys, json_extract(_j, [${join(paths)}]) AS _x FROM (${objects})`
  let next = 0
  const values = lookups.map((lookup, index) => {
    const items = lookup.paths.map(() => sql`_x[${value(++next)}]`)
    return sql`${items.length === 1 ? (items[0] as SqlText) : sql`coalesce(${join(items)})`} AS ${name(`_v${index}`)}`
  })
  const from = sql`(SELECT *, ${join(values)} FROM (${found}))`

  const origins = contract.columns.map((column, index): [ContractColumn, Origin] => {
    const given = name(`_v${index}`)
    if (isNested(column.type) || column.type.kind === 'json')
      return [
        column,
        {
          kind: 'text',
          text: sql`CASE WHEN json_type(${given}) <> 'NULL' THEN ${unmarked(sql`${given}::VARCHAR`)} END`,
        },
      ]
    const plain = sql`coalesce(json_type(${given}) NOT IN ('OBJECT', 'ARRAY'), true)`
    return [column, { kind: 'text', text: scalarText(given), plain }]
  })

  const whole = lookups.flatMap((lookup) => (lookup.keys.length > 0 ? [usedKey(lookup.keys)] : []))
  const wholeKeys = lookups.flatMap((lookup) => lookup.keys)
  const members = membersOf(contract.columns, wholeKeys)
  const used = join([...whole, ...[...members.keys()].map(value)])
  const rest = sql`list_filter(_keys, lambda _k: NOT list_contains([${used}]::VARCHAR[], _k))`
  const member = sql`json_extract(${object}, ${keyPathOf(sql`_k`)})`
  const pairs = sql`nullif(array_to_string(list_transform(${rest}, lambda _k: to_json(_k)::VARCHAR || ':' || ${unmarked(sql`${member}::VARCHAR`)}), ','), '')`
  const unknown = sql`list_filter(${rest}, lambda _k: json_type(${member}) <> 'NULL')`
  return {
    from,
    origins: new Map(origins),
    keep: [
      { name: '_j', sql: object },
      { name: '_keys', sql: sql`_keys` },
    ],
    breaches: [...structure, ...(contract.unknown === 'reject' ? [undeclaredKey(unknown)] : [])],
    extra: [pairs, ...[...members].map(([top, below]) => remainder(object, top, below))],
    undeclared: keys.filter(
      (key) => !lookups.some((lookup) => lookup.keys.some((each) => each === key)) && !members.has(key),
    ),
    nulls: [],
  }
}

const structure: readonly Breach[] = [
  {
    column: null,
    ok: sql`_j IS NOT NULL`,
    code: sql`'not_json'`,
    message: sql`'the record is not one JSON object'`,
  },
  {
    column: null,
    ok: sql`len(_keys) = len(list_distinct(_keys))`,
    code: sql`'duplicate_key'`,
    message: sql`'the JSON object has a key twice'`,
  },
]

function undeclaredKey(unknown: SqlText): Breach {
  return {
    column: null,
    ok: sql`len(${unknown}) = 0`,
    code: sql`'unknown_field'`,
    message: sql`'no column takes the field \`' || (${unknown})[1] || '\`'`,
  }
}

function lookupOf(column: ContractColumn, keys: readonly string[]): Lookup {
  const wanted = column.from ?? column.name
  if (isPath(wanted)) {
    const [key, ...deeper] = pathKeys(wanted) ?? []
    return { paths: [value(wanted)], keys: key !== undefined && deeper.length === 0 ? [key] : [] }
  }
  const others = keys.filter((key) => key !== wanted && sameName(key, wanted))
  const names = [wanted, ...others]
  return { paths: names.map(keyPath), keys: names }
}

/** The one of these keys that a column takes in a row: the first that is there. */
function usedKey(keys: readonly string[]): SqlText {
  if (keys.length === 1) return value(keys[0] as string)
  const tests = keys.map((key) => sql`WHEN list_contains(_keys, ${value(key)}) THEN ${value(key)}`)
  return sql`CASE ${join(tests, ' ')} END`
}

/** The keys of a path that only goes from object to object. */
function pathKeys(path: string): readonly string[] | undefined {
  if (!/^\$(?:\.[\p{L}\p{N}_-]+|\."[^"]*")+$/u.test(path)) return undefined
  return [...path.matchAll(/\.(?:([\p{L}\p{N}_-]+)|"([^"]*)")/gu)].map(([, word, quoted]) => word ?? quoted ?? '')
}

/** The members that columns take out of each top-level key, as the keys below it. */
function membersOf(
  columns: readonly ContractColumn[],
  whole: readonly string[],
): ReadonlyMap<string, readonly (readonly string[])[]> {
  const members = new Map<string, (readonly string[])[]>()
  for (const { from } of columns) {
    const [top, ...below] = (from === undefined ? undefined : pathKeys(from)) ?? []
    if (top === undefined || below.length === 0 || whole.includes(top)) continue
    members.set(top, [...(members.get(top) ?? []), below])
  }
  return members
}

/** What is left of a key whose members some columns take: each is removed by a merge patch (RFC 7396), where it is. */
function remainder(object: SqlText, top: string, members: readonly (readonly string[])[]): SqlText {
  const given = sql`json_extract(${object}, ${keyPath(top)})`
  const patches = members.map((keys) => {
    const patch = keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), null)
    if (keys.length === 1) return value(JSON.stringify(patch))
    const parent = value(keys.slice(0, -1).map(pointer).join(''))
    return sql`CASE WHEN json_type(${given}, ${parent}) = 'OBJECT' THEN ${value(JSON.stringify(patch))} ELSE '{}' END`
  })
  const left = sql`json_merge_patch(${join([given, ...patches])})::VARCHAR`
  const pair = (text: SqlText) => sql`${value(`${JSON.stringify(top)}:`)} || ${unmarked(text)}`
  return sql`CASE WHEN json_type(${given}) = 'OBJECT' THEN CASE WHEN ${left} <> '{}' THEN ${pair(left)} END WHEN ${given} IS NOT NULL THEN ${pair(sql`${given}::VARCHAR`)} END`
}
