import type { Context } from '../../core/context.ts'
import type { Relations } from '../../engines/relation.ts'
import { collect } from '../../engines/rows.ts'
import { name, type SqlText, sql } from '../../sql/text.ts'
import type { AddFile } from '../actions.ts'
import type { Lake } from '../lake.ts'
import type { Snapshot } from '../snapshot.ts'
import { ownTags, type Staged, stage } from '../stage.ts'
import { countRows, rowsOf } from './rows-of.ts'

/** Which rows of a table go, as SQL over `target` and what `from` names besides. */
export interface Selection {
  /** Behind `FROM target`: a WHERE or a join that keeps the rows which go. */
  readonly hits: SqlText
  /** The same for the rows that stay. */
  readonly stays: SqlText
  readonly from: Relations
}

/** A file with rows that go. */
export interface Hit {
  readonly file: AddFile
  readonly rows: number
  readonly hits: number
}

/** The files among `candidates` that hold rows which go, and how many. Only these files are opened. */
export async function findHits(
  lake: Lake,
  snapshot: Snapshot,
  candidates: readonly AddFile[],
  selection: Selection,
  context: Context,
): Promise<readonly Hit[]> {
  if (candidates.length === 0) return []
  const placeColumn = placeName(snapshot)
  const from = { ...selection.from, target: { ...rowsOf(lake, snapshot, candidates), placeColumn } }
  const text = sql`SELECT ${name(placeColumn)}, count(*) FROM target ${selection.hits} GROUP BY 1 ORDER BY 1`.text
  const found = await collect(await lake.engine.run({ sql: text, from }, context))
  const hits = found.map(([at, rows]) => ({ file: candidates[Number(at)] as AddFile, hits: Number(rows) }))
  const counted: Hit[] = []
  for (const hit of hits) {
    const rows = await countRows(lake, snapshot, [hit.file], context)
    counted.push({ ...hit, rows })
  }
  return counted
}

/**
 * Writes the rows that stay of the files which lose some of theirs, as new files. A file that loses all of them needs
 * none. The count is compared with what `findHits` saw: a condition that says something else each time is refused.
 */
export async function stageRemainder(
  lake: Lake,
  snapshot: Snapshot,
  hits: readonly Hit[],
  selection: Selection,
  context: Context,
): Promise<Staged> {
  const partial = hits.filter((hit) => hit.hits < hit.rows)
  if (partial.length === 0) return { adds: [], rows: 0 }
  const files = partial.map((hit) => hit.file)
  const from = { ...selection.from, target: rowsOf(lake, snapshot, files) }
  const query = { sql: sql`SELECT target.* FROM target ${selection.stays}`.text, from }
  return stage(lake, snapshot, query, context, {
    tags: commonTags(files),
    partitionLimit: Number.POSITIVE_INFINITY,
    expectedRows: partial.reduce((sum, hit) => sum + hit.rows - hit.hits, 0),
  })
}

/** Tags that hold for rows of all these files: our own where each has them. */
export function commonTags(files: readonly AddFile[]): Readonly<Record<string, string>> {
  const shared = Object.entries(ownTags).filter(([key, tag]) => files.every((file) => file.tags?.[key] === tag))
  return Object.fromEntries(shared)
}

/** A name that no column of the table has. */
function placeName(snapshot: Snapshot): string {
  let place = '__place'
  while (snapshot.columns.some((column) => column.name.toLowerCase() === place)) place += '_'
  return place
}
