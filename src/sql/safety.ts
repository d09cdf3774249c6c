import { MillraceError } from '../core/errors.ts'
import { byteOf, child, type Node, textOf, walk } from './ast.ts'
import type { Parsed } from './parse.ts'
import { placeOfByte } from './place.ts'

/** Table functions that read nothing. */
const pureTableFunctions = new Set([
  'range',
  'generate_series',
  'unnest',
  'repeat',
  'repeat_row',
  'json_each',
  'json_tree',
])

/** Functions that tell of the machine, or leave a trace on it. */
const refusedFunctions = new Set(['getenv', 'current_setting', 'getvariable', 'write_log', 'nextval', 'currval'])

/**
 * Lets a query through that reads tables by name and nothing else. SQL_NOT_ALLOWED with the place for table functions
 * that read files or the engine, file names in FROM, settings, and `AT (…)`.
 */
export function assertSafe({ text, statement }: Parsed): void {
  for (const [node] of walk(statement)) {
    const reason = refusalOf(node)
    if (reason) throw new MillraceError('SQL_NOT_ALLOWED', { ...placeOfByte(text, byteOf(node)), reason })
  }
}

function refusalOf(node: Node): string | undefined {
  switch (node['type']) {
    case 'TABLE_FUNCTION': {
      const called = textOf(child(node, 'function'), 'function_name').toLowerCase()
      return pureTableFunctions.has(called) ? undefined : `${called}(…) in FROM is not a table of the project`
    }
    case 'FUNCTION': {
      const called = textOf(node, 'function_name').toLowerCase()
      return refusedFunctions.has(called) ? `${called}(…) may not be called in a query` : undefined
    }
    case 'BASE_TABLE': {
      const name = textOf(node, 'table_name')
      if (child(node, 'at_clause')) return 'AT (…) after a table is not supported; give --at table=VERSION'
      return isFileName(name) ? `'${name}' is a file and not a table of the project` : undefined
    }
    case 'SHOW_REF':
      return child(node, 'query') ? undefined : 'SHOW lists nothing here; `millrace table ls` does'
    default:
      return undefined
  }
}

function isFileName(name: string): boolean {
  return /[/\\*]|^[a-z0-9]+:|\.(csv|tsv|txt|parquet|json|ndjson|jsonl|gz|zst|db|duckdb)$/i.test(name)
}
