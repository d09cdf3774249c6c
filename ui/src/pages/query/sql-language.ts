import { type CompletionContext, completeFromList, snippetCompletion } from '@codemirror/autocomplete'
import { PostgreSQL, SQLDialect, sql } from '@codemirror/lang-sql'
import type { Extension } from '@codemirror/state'
import type { TableView } from '../../../../src/api/tables.ts'
import { offeredTables, offersAnywhere } from './completion.ts'

/** DuckDB's SQL is close to this one's. Names that begin with an underscore, as `_file`, it only knows as variables. */
export const dialect = SQLDialect.define({ ...PostgreSQL.spec, charSetCasts: false, specialVar: '_' })

/** SQL, with the names of a project's tables, their columns, and the functions that are asked for most. */
export function sqlLanguage(tables: readonly TableView[]): Extension {
  const anywhere = (context: CompletionContext) => {
    // after a dot it is a column of what stands before it, which the schema knows
    if (context.matchBefore(/\.\s*"?\w*/)) return null
    const offers = offersAnywhere(context.state.doc.toString(), tables).map((offer) =>
      offer.type === 'function' ? snippetCompletion(`${offer.label}(\${})`, { ...offer, boost: -1 }) : offer,
    )
    return completeFromList(offers)(context)
  }
  return [
    sql({ dialect, schema: offeredTables(tables), upperCaseKeywords: true }),
    dialect.language.data.of({ autocomplete: anywhere }),
  ]
}
