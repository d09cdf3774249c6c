import { type Columns, parseColumn } from '../core/columns.ts'
import type { Value } from '../core/values.ts'
import type { Relation } from '../engines/relation.ts'
import { kept, type RunBook } from './runs.ts'

const columns: Columns = [
  parseColumn('run', 'varchar not null'),
  // build | check | load | run | test
  parseColumn('kind', 'varchar not null'),
  parseColumn('subject', 'varchar not null'),
  parseColumn('begun_by', 'varchar not null'),
  parseColumn('started_at', 'timestamptz not null'),
  parseColumn('ended_at', 'timestamptz'),
  // running | done | failed | cancelled | lost
  parseColumn('outcome', 'varchar not null'),
  parseColumn('summary', 'varchar'),
  // of what ended it before its time
  parseColumn('code', 'varchar'),
  parseColumn('message', 'varchar'),
]

/** What was run on a project, a row a run. */
export function runsRelation(book: RunBook): Relation {
  const rows = book
    .list({ limit: kept })
    .map(({ id, kind, subject, by, started_at: began, ended_at: ended, outcome, summary, error }): readonly Value[] => [
      id,
      kind,
      subject,
      by,
      began,
      ended,
      outcome,
      summary,
      error?.code ?? null,
      error?.message ?? null,
    ])
  return { kind: 'values', columns, rows }
}
