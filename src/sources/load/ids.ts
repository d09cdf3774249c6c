import { checkSql } from '../../contract/check-sql.ts'
import { contentSql } from '../../contract/content-sql.ts'
import type { Contract } from '../../contract/contract.ts'
import { parseColumn } from '../../core/columns.ts'
import type { Context } from '../../core/context.ts'
import type { Relation, Relations } from '../../engines/relation.ts'
import { collect } from '../../engines/rows.ts'
import type { AddFile } from '../../lake/actions.ts'
import type { Lake } from '../../lake/lake.ts'
import { relationOf } from '../../lake/relation.ts'
import type { Snapshot } from '../../lake/snapshot.ts'
import { stage } from '../../lake/stage.ts'
import { join, name, raw, type SqlText, sql, value } from '../../sql/text.ts'
import { idSqlOf } from '../../streams/stored-ids.ts'
import type { NumberedReading } from '../reader.ts'
import type { RejectLog } from '../rejects/reject-log.ts'
import type { IdClaim } from './claim.ts'
import { placeColumns, type RowRules } from './place.ts'

/** Rows that were read and staged, some of whose ids may have been there before. */
export interface StagedRows {
  readonly lake: Lake
  readonly snapshot: Snapshot
  readonly rules: RowRules
  readonly adds: readonly AddFile[]
  /** Paths whose rows leave the table in the same commit. */
  readonly leaving: readonly string[]
  /** Of a stream: what its index knows of their ids. */
  readonly claim?: IdClaim
  /** Their ids were settled before: each is there once, and what was refused then is not refused again. */
  readonly settled?: boolean
}

/**
 * The staged rows without those whose id is there already, in the table or before them in the same files: the same
 * content is a duplicate, other content a conflict, which `rejects` keeps whole. Undefined where every id is new.
 */
export async function withoutKnownIds(
  staged: StagedRows,
  numbered: () => Promise<NumberedReading>,
  rejects: RejectLog,
  context: Context,
): Promise<{ readonly adds: readonly AddFile[]; readonly rows: number } | undefined> {
  const { lake, snapshot, rules, adds } = staged
  const { contract } = rules
  if (!bringsIds(adds, contract)) return undefined
  if (staged.claim?.isFree) return undefined
  const from = await relationsOf(staged, context)
  const [problems] = await collect(
    await lake.engine.run({ sql: `${withProblems}SELECT count(*) FROM problems`, from }, context),
  )
  if (Number(problems?.[0]) === 0) return undefined
  const conflicts = await collect(await lake.engine.run({ sql: `${withProblems}${conflictingIds}`, from }, context))
  const firsts = conflicts.length === 0 ? [] : await judgeConflicts(staged, conflicts, numbered, rejects, context)
  const columns = [parseColumn('_id', 'varchar'), parseColumn('_hash', 'varchar')]
  const relations: Relations = {
    ...from,
    conflicting: { kind: 'values', columns: columns.slice(0, 1), rows: conflicts.map(([id]) => [id as string]) },
    firsts: { kind: 'values', columns, rows: firsts },
  }
  return stage(lake, snapshot, { sql: `${withProblems}${keptRows}`, from: relations }, context)
}

/** False where no row has an id, by the statistics of the files that were written. */
export function bringsIds(adds: readonly AddFile[], { id }: Contract): boolean {
  return id !== undefined && !adds.every((file) => holdsNone(file, id))
}

/** True when the statistics say that the column is NULL in every row. */
function holdsNone({ stats = '{}' }: AddFile, column: string): boolean {
  const { numRecords, nullCount } = JSON.parse(stats) as { numRecords?: number; nullCount?: Record<string, unknown> }
  return numRecords !== undefined && nullCount?.[column] === numRecords
}

/**
 * `fresh`: the staged rows; `before`: those that may hold their ids, of the table as far as they stay; both with `_id` and
 * `_hash` of what is declared.
 */
async function relationsOf(staged: StagedRows, context: Context): Promise<Relations> {
  const { lake, snapshot, adds, leaving, claim } = staged
  const { id, hash } = keyOf(staged)
  const keyed = (relation: Relation, rest: SqlText, where: SqlText): Relation => ({
    kind: 'select',
    sql: sql`SELECT ${rest}${id} AS _id, ${hash} AS _hash FROM rows ${where}`.text,
    from: { rows: relation },
  })
  const files = new Map(adds.map((file) => [file.path, file]))
  const stays = sql`WHERE _file IS NULL OR _file NOT IN (${join(leaving.map(value))})`
  const stored = (of: Snapshot): Relation => keyed(relationOf(lake, of), raw(''), leaving.length > 0 ? stays : raw(''))
  return {
    fresh: keyed(relationOf(lake, { ...snapshot, files }), raw('*, '), raw('')),
    before: claim ? await claim.holders(stored, context) : stored(snapshot),
  }
}

/** By what rows are the same: an index knows 32 bits of what is declared, and the table can tell more. */
function keyOf({ rules: { contract }, claim }: StagedRows): { readonly id: SqlText; readonly hash: SqlText } {
  if (claim) return { id: raw(idSqlOf(contract)), hash: sql`(${raw(contentSql(contract))})::VARCHAR` }
  const compared = contract.columns.filter(({ varies }) => !varies)
  return {
    id: sql`${name(contract.id as string)}::VARCHAR`,
    hash: sql`hash(${join(compared.map((column) => name(column.name)))})::VARCHAR`,
  }
}

const withProblems = `WITH known AS (SELECT DISTINCT _id, _hash FROM before SEMI JOIN fresh USING (_id)),
problems AS (SELECT _id FROM fresh WHERE _id IS NOT NULL GROUP BY _id HAVING count(*) > 1 UNION SELECT _id FROM known)
`

const conflictingIds = `SELECT _id, list(DISTINCT _hash) FILTER (old), any_value(_hash) FILTER (NOT old) FROM (
  SELECT _id, _hash, false AS old FROM fresh SEMI JOIN problems USING (_id) UNION ALL SELECT _id, _hash, true FROM known)
GROUP BY _id HAVING count(DISTINCT _hash) > 1`

/** Rows whose id is no problem; of duplicates one, unless the table has it; of conflicts the first one of the files. */
const keptRows = `SELECT * EXCLUDE (_id, _hash) FROM fresh ANTI JOIN problems USING (_id)
UNION ALL
SELECT * EXCLUDE (_id, _hash) FROM fresh SEMI JOIN problems USING (_id) ANTI JOIN known USING (_id)
  ANTI JOIN conflicting USING (_id) QUALIFY row_number() OVER (PARTITION BY _id) = 1
UNION ALL
SELECT * EXCLUDE (_id, _hash) FROM fresh SEMI JOIN firsts USING (_id, _hash)
  QUALIFY row_number() OVER (PARTITION BY _id) = 1`

/** Goes through the rows of conflicting ids in their order; what differs from the first is a reject. */
async function judgeConflicts(
  staged: StagedRows,
  conflicts: readonly (readonly unknown[])[],
  numbered: () => Promise<NumberedReading>,
  rejects: RejectLog,
  context: Context,
): Promise<[string, string][]> {
  const { lake, rules, settled = false } = staged
  const { contract, text } = rules
  const { id, hash } = keyOf(staged)
  // the one row of each that is left
  const left = new Map(conflicts.map(([own, , content]) => [String(own), String(content)]))
  const kept = new Map(conflicts.map(([id, old]) => [String(id), (old ?? []) as readonly string[]]))
  const first = new Map<string, string>()
  const columns = [parseColumn('_id', 'varchar')]
  await using reading = await numbered()
  for (const [index, part] of reading.parts.entries()) {
    const carry = part.textColumn === undefined ? placeColumns : [...placeColumns, part.textColumn]
    const { good } = checkSql(contract, { input: part.input, carry, ...text })
    const places = join(carry.map(name))
    const query = sql`SELECT ${id}, ${hash}, ${places} FROM good
      SEMI JOIN conflicting ON ${id} = conflicting._id ORDER BY _index::BIGINT, _line::BIGINT`
    const from: Relations = {
      good: { kind: 'select', sql: good, from: { raw: part.relation } },
      conflicting: { kind: 'values', columns, rows: [...kept.keys()].map((each) => [each]) },
    }
    await using result = await lake.engine.run({ sql: query.text, from }, context)
    for await (const rows of result.batches)
      for (const [key, hashed, path, , line, at, length, whole] of rows) {
        const [own, content] = [String(key), String(hashed)]
        if (settled && left.get(own) !== content) continue
        left.delete(own)
        const known = kept.get(own) as readonly string[]
        if (known.length === 0) {
          kept.set(own, [content])
          first.set(own, content)
        } else if (!known.includes(content)) {
          const bytes =
            part.textColumn === undefined
              ? await reading.text({ part: index, at: Number(at), bytes: Number(length) })
              : Buffer.from(String(whole))
          const column = contract.id as string
          const hidden = contract.columns.some((each) => each.name === column && each.pii)
          const message = `the id ${hidden ? '(hidden)' : own} is there already, with other content`
          rejects.add({ path: String(path), line: Number(line), column, code: 'conflict', message, bytes })
        }
      }
  }
  return [...first]
}
