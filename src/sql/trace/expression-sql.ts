import { stringifyExact } from '../../core/json.ts'
import type { Node } from '../ast.ts'
import { parser, parseSql } from '../parse.ts'
import { raw, type SqlText } from '../text.ts'
import { type Expression, rewrite } from './expression.ts'

/** An expression over the columns of one input as SQL, written by DuckDB itself. */
export async function sqlOf(expression: Expression, columns: readonly string[]): Promise<SqlText> {
  const { statement } = await parseSql('SELECT 1')
  const query = statement['node'] as Node
  const named = rewrite({ ...expression, alias: '' }, (node) =>
    node['class'] === 'BOUND'
      ? {
          class: 'COLUMN_REF',
          type: 'COLUMN_REF',
          alias: '',
          query_location: 0,
          column_names: [columns[Number(node['column'])] ?? ''],
        }
      : undefined,
  )
  const tree = { error: false, statements: [{ ...statement, node: { ...query, select_list: [named] } }] }
  // what stands nowhere in the text has no place; within a text the quotes would have a backslash
  const text = stringifyExact(tree).replaceAll('"query_location":-1', '"query_location":0')
  const connection = await parser()
  const rows = (await connection.runAndReadAll('SELECT json_deserialize_sql($1::JSON)', [text])).getRows()
  return raw(String(rows[0]?.[0]).replace(/^SELECT /, ''))
}
