import { parser } from '../parse.ts'

/** What kinds of functions DuckDB has, by name in small letters. */
export interface Functions {
  readonly aggregates: ReadonlySet<string>
  readonly scalars: ReadonlySet<string>
  /** Scalars that give lists, whatever they are given. */
  readonly lists: ReadonlySet<string>
}

/** Those whose answer depends on the order in which rows come, unless they are told one. */
const ordered: ReadonlySet<string> = new Set([
  'first',
  'last',
  'any_value',
  'arbitrary',
  'list',
  'array_agg',
  'string_agg',
  'group_concat',
  'listagg',
  'json_group_array',
  'json_group_object',
  'approx_quantile',
  'approx_top_k',
  // of several that are as frequent, the first
  'mode',
])

const orderedWindows: ReadonlySet<string> = new Set([
  ...ordered,
  'row_number',
  'ntile',
  'lag',
  'lead',
  'first_value',
  'last_value',
  'nth_value',
  'fill',
])

/** Functions that give several rows for one. */
export const unnesting: ReadonlySet<string> = new Set([
  'unnest',
  'unlist',
  'generate_subscripts',
  'regexp_split_to_table',
])

export function dependsOnOrder(called: string, window: boolean): boolean {
  return (window ? orderedWindows : ordered).has(called)
}

let loaded: Promise<Functions> | undefined

/** State of the module for the parser's reason: what DuckDB has is the same each time. */
export function functions(): Promise<Functions> {
  loaded ??= load()
  return loaded
}

async function load(): Promise<Functions> {
  const connection = await parser()
  const rows = (
    await connection.runAndReadAll(
      "SELECT lower(function_name), function_type, coalesce(macro_definition, $1), coalesce(return_type LIKE '%[]', false) FROM duckdb_functions()",
      [''],
    )
  ).getRows()
  const named = rows.map(([name, kind, definition]) => [String(name), String(kind), String(definition)] as const)
  const aggregates = new Set(named.flatMap(([name, kind]) => (kind === 'aggregate' ? [name] : [])))
  const scalars = new Set(named.flatMap(([name, kind]) => (kind === 'scalar' ? [name] : [])))
  // a macro is what it calls; those over other macros come in a later round
  for (let size = -1; size !== aggregates.size; ) {
    size = aggregates.size
    for (const [name, kind, definition] of named) {
      const called = [...definition.matchAll(/(\w+)"?\(/g)].map(([, each]) => (each as string).toLowerCase())
      if (kind === 'macro' && called.some((each) => aggregates.has(each) && !scalars.has(each))) aggregates.add(name)
    }
  }
  for (const [name, kind] of named) if (kind === 'macro' && !aggregates.has(name)) scalars.add(name)
  const others = new Set(rows.flatMap(([name, , , list]) => (list === true ? [] : [String(name)])))
  const lists = new Set([...scalars].filter((name) => !others.has(name)))
  return { aggregates, scalars, lists }
}
