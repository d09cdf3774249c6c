import { randomUUID } from 'node:crypto'
import { createWriteStream, type WriteStream } from 'node:fs'
import { join as joinPath } from 'node:path'
import { finished } from 'node:stream/promises'
import type { Contract } from '../../contract/contract.ts'
import { type Columns, parseColumn } from '../../core/columns.ts'
import type { Context } from '../../core/context.ts'
import type { Relation } from '../../engines/relation.ts'
import { collect } from '../../engines/rows.ts'
import type { AddFile, CommitInfo } from '../../lake/actions.ts'
import type { Lake } from '../../lake/lake.ts'
import { recordsOf } from '../../lake/records.ts'
import { relationOf } from '../../lake/relation.ts'
import { readSnapshot, type Snapshot } from '../../lake/snapshot.ts'
import { type IdBatch, type IdIndex, type Ids, placeOf } from '../../streams/dedupe.ts'
import { idsOfRows, idsWithText, runKey } from '../../streams/stored-ids.ts'

/** What a claim is made with. */
export interface ClaimSite {
  readonly lake: Lake
  readonly table: string
  readonly contract: Contract
  readonly index: IdIndex
  /** A folder of the batch's own, for ids that are taken. */
  readonly folder: string
}

/**
 * The ids of a batch's rows, held against the index of a stream. `stage` while nobody waits, as often as the rows change;
 * `take` right before the commit, and `made` after it. Whoever takes events waits from `take` on until the claim is over,
 * which it is at the latest when it is disposed of.
 */
export class IdClaim implements AsyncDisposable {
  readonly #site: ClaimSite
  #commit: string | undefined
  #files = 0
  /** The staged ids that the index knows, in a file. */
  #asked: Relation | undefined
  /** Some of the staged ids are there more than once. */
  #repeats = false
  /** The index knows ids whose rows have left the table: those of the commit have to be read from it. */
  #freed = false

  constructor(site: ClaimSite) {
    this.#site = site
  }

  get index(): IdIndex {
    return this.#site.index
  }

  /** Each id was there once, and none of them taken, when it was last asked. */
  get isFree(): boolean {
    return this.#asked === undefined && !this.#repeats
  }

  /** By what the commit says which run of ids is its own. */
  get info(): CommitInfo {
    return this.#commit === undefined || this.#freed ? {} : { [runKey]: this.#commit }
  }

  /** Claims the ids of staged rows, in the place of those that were claimed before. */
  async stage(snapshot: Snapshot, adds: readonly AddFile[], context: Context): Promise<void> {
    await this.#withdraw()
    const { index } = this.#site
    const commit = randomUUID()
    this.#freed = false
    let count = 0
    const counted = async function* ({ batches }: Ids): AsyncGenerator<IdBatch> {
      for await (const batch of batches) {
        count += batch.contents.length
        yield batch
      }
    }
    const { lake, contract } = this.#site
    const staged = { relation: this.#rows(snapshot, adds), rows: recordsOf(adds), contents: false }
    const ids = idsOfRows(lake, contract, staged, index, context)
    const { taken, distinct } = await index.stage(commit, { ...ids, batches: counted(ids) })
    this.#commit = commit
    this.#repeats = distinct < count
    await this.#ask(snapshot, adds, taken, context)
  }

  /** The same rows once more, against what was taken since: from here on nobody takes any. */
  async take(snapshot: Snapshot, adds: readonly AddFile[], context: Context): Promise<void> {
    if (this.#commit === undefined) return
    await this.#ask(snapshot, adds, await this.#site.index.restage(this.#commit), context)
  }

  /**
   * What holds the ids that are taken, as `_id` and `_hash`: events on their way to the table, by what the index says; and
   * rows of the table, which `stored` gives of a version. Ids of rows that have left it are free for files.
   */
  async holders(stored: (snapshot: Snapshot) => Relation, context: Context): Promise<Relation> {
    const none: Relation = { kind: 'values', columns: [idColumn, hashColumn], rows: [] }
    if (!this.#asked) return none
    const { lake, table } = this.#site
    // what is not waiting any more stands in this version
    const rows = stored(await readSnapshot(lake, table, {}, context))
    const holders: Relation = {
      kind: 'select',
      sql: `SELECT _id, _hash FROM asked WHERE waits UNION ALL SELECT _id, _hash FROM stored SEMI JOIN asked USING (_id)`,
      from: { asked: this.#asked, stored: rows },
    }
    const free = 'SELECT count(*) FROM (SELECT _id FROM asked ANTI JOIN holders USING (_id))'
    const [count] = await collect(await lake.engine.run({ sql: free, from: { asked: this.#asked, holders } }, context))
    if (Number(count?.[0]) > 0) this.#freed = true
    return holders
  }

  /** The commit was made at a version; or it may have been, when it is not known whether. */
  async made(version: number | undefined): Promise<void> {
    const { index } = this.#site
    if (this.#commit === undefined || this.#freed) return index.follow()
    // of one that may have been made the table is asked
    await index.adopt(this.#commit, version ?? Number.MAX_SAFE_INTEGER)
    this.#commit = undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#withdraw()
  }

  async #withdraw(): Promise<void> {
    const commit = this.#commit
    this.#commit = undefined
    if (commit !== undefined) await this.#site.index.withdraw(commit)
  }

  #rows(snapshot: Snapshot, adds: readonly AddFile[]): Relation {
    return relationOf(this.#site.lake, { ...snapshot, files: new Map(adds.map((file) => [file.path, file])) })
  }

  /** Writes down which of the staged ids are taken: the index knows them by their keys alone. */
  async #ask(snapshot: Snapshot, adds: readonly AddFile[], taken: IdBatch, context: Context): Promise<void> {
    this.#asked = undefined
    if (taken.contents.length === 0) return
    const { lake, contract, folder, index } = this.#site
    const path = joinPath(folder, `ids-${++this.#files}.csv`)
    const file = createWriteStream(path)
    try {
      for await (const { ids, text } of idsWithText(lake, contract, this.#rows(snapshot, adds), index, context)) {
        const waiting = index.waiting(ids)
        let lines = ''
        for (const [at, id] of text.entries()) {
          const place = placeOf(taken, ids.keys, 4 * at)
          if (place < 0) continue
          // in hexadecimal digits nothing of an id can mean anything to a CSV file
          lines += `${Buffer.from(id).toString('hex')},${taken.contents[place]},${waiting[at]}\n`
        }
        if (lines !== '') await written(file, lines)
      }
      file.end()
      await finished(file)
    } catch (error) {
      file.destroy()
      throw error
    }
    this.#asked = {
      kind: 'select',
      sql: `SELECT DISTINCT decode(unhex(id)) AS _id, content AS _hash, waits = 'true' AS waits FROM ids`,
      from: { ids: { kind: 'files', format: csv, paths: [path], columns: csvColumns } },
    }
  }
}

const idColumn = parseColumn('_id', 'varchar')
const hashColumn = parseColumn('_hash', 'varchar')
const csv = { name: 'csv', delimiter: ',', quote: '"', header: false, compression: 'none' } as const
const csvColumns: Columns = ['id', 'content', 'waits'].map((column) => parseColumn(column, 'varchar'))

function written(file: WriteStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    file.write(text, (error) => (error ? reject(error) : resolve()))
  })
}
