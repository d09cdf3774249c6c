import { join, name, type SqlText, sql, value } from '../../sql/text.ts'
import type { Contract } from '../contract.ts'
import { isPath } from '../fields.ts'
import { keyPath } from '../forms/json-text.ts'
import type { InputSql, Origin } from './input.ts'

/**
 * Objects as text, in the varchar column `json` of `raw`, that `check-event` has called simple: DuckDB parses each once.
 * They have been judged, no column is written in another way than the contract writes it, no number would be written
 * anew as another text, and there is nothing for `extra`.
 */
export function simpleInput(contract: Contract): InputSql {
  const paths = contract.columns.map(({ from, name: own }) => {
    const wanted = from ?? own
    return isPath(wanted) ? value(wanted) : keyPath(wanted)
  })
  const given = (index: number): SqlText => sql`${name('_x')}[${value(index + 1)}]`
  return {
    from: sql`(SELECT *, json_extract_string(json, [${join(paths)}]) AS _x FROM raw)`,
    origins: new Map(
      contract.columns.map((column, index): [typeof column, Origin] => [column, { kind: 'text', text: given(index) }]),
    ),
    keep: [],
    breaches: [],
    extra: [],
    undeclared: [],
    nulls: [],
    judged: true,
  }
}
