import { children, type Node, textOf } from './ast.ts'

/** Functions that answer otherwise tomorrow, or in another place. Held against what DuckDB says of them. */
const names = new Set([
  // chance
  'random',
  'setseed',
  'uuid',
  'uuidv4',
  'uuidv7',
  'gen_random_uuid',
  'reservoir_quantile',
  'list_shuffle',
  'array_shuffle',
  // the clock
  'now',
  'today',
  'ago',
  'get_current_time',
  'get_current_timestamp',
  'transaction_timestamp',
  'current_date',
  'current_timestamp',
  'current_time',
  'localtime',
  'localtimestamp',
  // consistent in DuckDB's own words
  'current_localtime',
  'current_localtimestamp',
  'pg_conf_load_time',
  'pg_postmaster_start_time',
  // the machine, the session, what was done before
  'nextval',
  'currval',
  'txid_current',
  'user',
  'session_user',
  'current_user',
  'current_role',
  'current_catalog',
  'current_database',
  'current_schema',
  'current_schemas',
  'current_query',
  'current_query_id',
  'current_connection_id',
  'current_transaction_id',
  'current_setting',
  'getenv',
  'getvariable',
  'in_search_path',
  'inet_client_addr',
  'inet_client_port',
  'inet_server_addr',
  'inet_server_port',
  'pg_get_constraintdef',
  'pg_get_viewdef',
  'pg_sleep',
  'format_type',
  'get_block_size',
  'sleep_ms',
  'stats',
  'vector_type',
  'write_log',
  'error',
])

/** The volatile function that a node calls, or undefined. */
export function volatileCall(node: Node): string | undefined {
  if (node['class'] !== 'FUNCTION') return undefined
  const called = textOf(node, 'function_name').toLowerCase()
  const given = children(node, 'children').length
  // age(t) counts from today, age(t, u) does not; without bounds bitstring_agg takes those of all rows of the files
  const other = (called === 'age' && given < 2) || (called === 'bitstring_agg' && given < 3)
  return names.has(called) || other ? called : undefined
}

/** Whether a name that is no column calls a volatile function: `current_date` needs no parentheses. */
export function isVolatileName(name: string): boolean {
  return names.has(name.toLowerCase())
}
