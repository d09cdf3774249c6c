import { contentSql, idSql } from '../contract/content-sql.ts'
import type { Contract } from '../contract/contract.ts'
import type { Context } from '../core/context.ts'
import { readAhead } from '../core/read-ahead.ts'
import type { Relation } from '../engines/relation.ts'
import { changesBetween } from '../lake/changes.ts'
import { history } from '../lake/history.ts'
import type { Lake } from '../lake/lake.ts'
import { recordsOf } from '../lake/records.ts'
import { relationOf } from '../lake/relation.ts'
import { readSnapshot, type Snapshot } from '../lake/snapshot.ts'
import { name, raw, sql } from '../sql/text.ts'
import { type IdBatch, type IdCommit, type IdKeys, type Ids, type StoredIds, unknownContent } from './dedupe.ts'

/** Where a commit says which run of ids is its own. */
export const runKey = 'millraceRun'

/** What ids are read from. */
export interface IdRows {
  readonly relation: Relation
  /** How many there are at most, where that is known. */
  readonly rows: number | undefined
  /** Their contents too: most of the work, for which all columns are read. */
  readonly contents: boolean
}

/**
 * The ids of rows that have one. A UUID is its own key, and no text is made of it: the engine gives those of a column of
 * UUIDs in their order.
 */
export function idsOfRows(
  { engine }: Lake,
  contract: Contract,
  { relation, rows, contents: wanted }: IdRows,
  keys: IdKeys,
  context: Context,
): Ids {
  const id = raw(idSqlOf(contract))
  const given = name(contract.id ?? '')
  const content = raw(wanted ? `, ${contentSql(contract)} AS content` : '')
  const isUuid = contract.columns.some(({ name, type }) => name === contract.id && type.kind === 'uuid')
  const inOrder = isUuid && rows !== undefined
  // of text a cast takes other spellings too, which are ids of their own
  const query = inOrder
    ? sql`SELECT ${given}::UUID${content} FROM t WHERE ${given} IS NOT NULL ORDER BY 1`
    : sql`SELECT uuid, CASE WHEN uuid IS NULL THEN id END${raw(wanted ? ', content' : '')} FROM (
    SELECT *, CASE WHEN cast_uuid::VARCHAR = id THEN cast_uuid END AS uuid FROM (
      SELECT *, CASE WHEN strlen(id) = 36 THEN TRY_CAST(id AS UUID) END AS cast_uuid FROM (
        SELECT ${id} AS id${content} FROM t WHERE (${id}) IS NOT NULL)))`
  const declared = declaredOf(relation, contract)
  const from = { t: inOrder ? withTextId(declared, contract) : declared }
  async function* batches(): AsyncGenerator<IdBatch> {
    for await (const { rows: count, columns } of readAhead(engine.readColumns({ sql: query.text, from }, context))) {
      const words = columns[0] as Uint32Array
      if (!inOrder) keys.write(columns[1] as readonly (string | null)[], words)
      const contents = wanted ? (columns.at(-1) as Uint32Array) : new Uint32Array(count).fill(unknownContent)
      yield { keys: words, contents }
    }
  }
  return { batches: batches(), ...(inOrder && { sorted: rows }) }
}

/** As `idsOfRows`, with the text of each. */
export async function* idsWithText(
  { engine }: Lake,
  contract: Contract,
  relation: Relation,
  keys: IdKeys,
  context: Context,
): AsyncGenerator<{ readonly ids: IdBatch; readonly text: readonly string[] }> {
  const id = raw(idSqlOf(contract))
  const query = sql`SELECT ${id} FROM t WHERE (${id}) IS NOT NULL`.text
  await using result = await engine.run({ sql: query, from: { t: declaredOf(relation, contract) } }, context)
  for await (const batch of result.batches) {
    const text = batch.map(([each]) => String(each))
    yield { ids: keys.batch(text, new Uint32Array(text.length)), text }
  }
}

/** The rows without what partitions add: the files of all are one scan then. */
function declaredOf(relation: Relation, contract: Contract): Relation {
  if (relation.kind !== 'delta') return relation
  const declared = new Set(contract.columns.map(({ name }) => name.toLowerCase()))
  const isAdded = (name: string): boolean =>
    relation.partitionColumns.includes(name) && !declared.has(name.toLowerCase())
  return {
    ...relation,
    columns: relation.columns.filter(({ name }) => !isAdded(name)),
    partitionColumns: relation.partitionColumns.filter((name) => !isAdded(name)),
  }
}

/** The id as the files have it: where a view casts it, DuckDB does so for a filter and again for what it gives. */
function withTextId(relation: Relation, { id = '' }: Contract): Relation {
  if (relation.kind !== 'delta') return relation
  const isId = (column: string): boolean => column.toLowerCase() === id.toLowerCase()
  return {
    ...relation,
    columns: relation.columns.map((column) =>
      isId(column.name) ? { ...column, type: { kind: 'varchar' } as const } : column,
    ),
  }
}

/** The id of a row as text; NULL where the contract names none. */
export function idSqlOf(contract: Contract): string {
  const column = contract.columns.find((each) => each.name === contract.id)
  return column ? idSql(column) : 'NULL::VARCHAR'
}

/** The ids of a table, for their index. `table`: the table's id. */
export function storedIds(
  lake: Lake,
  name: string,
  { table, contract }: { readonly table: string; readonly contract: Contract },
  context: Context,
): StoredIds {
  function idsOf(snapshot: Snapshot, keys: IdKeys, contents = false): Ids {
    const rows = recordsOf(snapshot.files.values())
    return idsOfRows(lake, contract, { relation: relationOf(lake, snapshot), rows, contents }, keys, context)
  }

  return {
    table,
    async since(version) {
      const newest = await readSnapshot(lake, name, {}, context)
      if (newest.version < version) return undefined
      const entries = await history(lake, name, newest.version - version, context)
      const commits: IdCommit[] = []
      for (const { version: at, info, dataChange, filesAdded } of entries.toReversed()) {
        if (at <= version) continue
        if (at !== version + 1 + commits.length) return undefined
        const run = info[runKey]
        commits.push({
          version: at,
          ...(typeof run === 'string' && { commit: run }),
          ...(dataChange && filesAdded > 0 && { added: (keys: IdKeys) => added(at, keys) }),
        })
      }
      return commits.length === newest.version - version ? commits : undefined
    },
    async all(keys) {
      const snapshot = await readSnapshot(lake, name, {}, context)
      return { version: snapshot.version, ids: idsOf(snapshot, keys) }
    },
    async contents(keys) {
      return idsOf(await readSnapshot(lake, name, {}, context), keys, true)
    },
  }

  /** Of the rows that one commit added. */
  async function added(version: number, keys: IdKeys): Promise<Ids> {
    const snapshot = await readSnapshot(lake, name, { version }, context)
    const changes = await changesBetween(lake, version - 1, snapshot, context)
    return idsOf({ ...snapshot, ...(changes && { files: changes.added }) }, keys)
  }
}
