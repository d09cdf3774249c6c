import { join } from 'node:path'
import { setTimeout as later } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { MillraceError } from '../../src/core/errors.ts'
import { DuckdbProcess } from '../../src/engines/duckdb-process.ts'
import type { DataFile, Relation } from '../../src/engines/relation.ts'
import type { Tail } from '../../src/engines/tail.ts'
import { seededRandom } from '../../src/sources/seeded-random.ts'
import type { Log } from '../../src/streams/log.ts'
import { tempFolder } from '../temp-folder.ts'
import { contextOf } from './harness.ts'
import { event, feedAll, openLog, rowsOf, specOf } from './tail-harness.ts'

/** What a server does with a tail: it feeds what is durable, and opens another where one is lost. */
class Owner {
  readonly #engine: DuckdbProcess
  readonly #log: Log
  /** The table: its files, and the last offset in them. */
  files: readonly DataFile[] = []
  txn = -1n
  tail: Tail | undefined
  opened = 0
  over = false

  constructor(engine: DuckdbProcess, log: Log) {
    this.#engine = engine
    this.#log = log
    const listening = log.onAppend((range) => this.tail?.feed(range))
    onTestFinished(() => listening[Symbol.dispose]())
  }

  async open(): Promise<void> {
    while (!this.over) {
      const from = this.txn + 1n
      const tail = await this.#engine.tail(specOf(), from).catch(orBusy)
      if (!tail) {
        await later(10)
        continue
      }
      // in one turn: nothing becomes durable between what is fed here and what the listener feeds
      feedAll(tail, this.#log, from)
      this.tail = tail
      this.opened++
      tail.onLost(() => {
        if (this.tail === tail) this.tail = undefined
        void this.open()
      })
      return
    }
  }
}

/** Undefined for failures that a caller meets by asking again. */
function orBusy(error: unknown): undefined {
  if (error instanceof MillraceError && error.row.kind === 'busy') return undefined
  throw error
}

const ms = process.env['MILLRACE_LONG'] ? 120_000 : 8_000

test('killed while it is fed, leased, read and flushed, it never answers without a row that was fed before', {
  timeout: 40_000 + ms,
}, async () => {
  const random = seededRandom(7)
  const root = await tempFolder()
  const options = { memoryBytes: 300_000_000, threads: 2, tempFolder: join(root, 'spill'), tailFolders: [root] }
  const engine = new DuckdbProcess(options)
  onTestFinished(() => engine.close())
  const log = await openLog({ segmentBytes: 200_000 })
  const owner = new Owner(engine, log)
  await owner.open()
  const counts = { answers: 0, refused: 0, flushes: 0, kills: 0 }
  const until = performance.now() + ms
  // on a machine that is busy with other things, until enough has happened
  const isOver = () =>
    performance.now() > until && counts.answers > 5 && counts.flushes > 0 && counts.kills > 3 && owner.opened > 2
  const during = async (work: () => Promise<void>) => {
    while (!isOver() && !owner.over) await work()
  }

  const produce = async () => {
    // each new process loads all that is not in the table: a slow machine would never be done with more and more
    if (log.next - owner.txn > 3_000n) return later(20)
    // every tenth breaks the rule
    const first = Number(log.next)
    const size = 1 + Math.floor(random() * 40)
    const numberAt = (at: number) => ((first + at) % 10 === 3 ? -1 : first + at)
    const records = Array.from({ length: size }, (_, at) => event({ n: numberAt(at), kind: 'view' }))
    await log.append({ records, counts: {} })
    await later(random() * 8)
  }

  const ask = async () => {
    await later(random() * 20)
    // frozen in one turn: the table, its offset, and the barrier
    const { tail, files, txn } = owner
    const upTo = log.next
    const lease = await tail?.lease({ after: txn, upTo, timeoutMs: 5_000 }, contextOf()).catch(orBusy)
    if (!lease) {
      counts.refused++
      return
    }
    using held = lease
    const columns = held.rows.columns
    const table: Relation = {
      kind: 'delta',
      root: join(root, 'table'),
      version: Number(txn),
      columns,
      partitionColumns: [],
      files,
    }
    const whole: Relation = { kind: 'union', of: [table, held.rows] }
    const sql = 'SELECT count(*), count(DISTINCT _offset), max(_offset) FROM t WHERE n = _offset'
    const answer = await rowsOf(engine, whole, sql).catch(orBusy)
    if (!answer) {
      counts.refused++
      return
    }
    const offsets = Array.from({ length: Number(upTo) }, (_, at) => at).filter((at) => at % 10 !== 3)
    const last = offsets.at(-1)
    expect(answer).toEqual([[BigInt(offsets.length), BigInt(offsets.length), last === undefined ? null : BigInt(last)]])
    counts.answers++
  }

  const flush = async () => {
    await later(random() * 400)
    const sealed = await owner.tail?.seal(contextOf()).catch(orBusy)
    if (!sealed || sealed.upTo === owner.txn + 1n) return sealed?.drop()
    const query = { sql: 'SELECT * FROM t', from: { t: sealed.rows } }
    const target = { root: join(root, 'table'), partitionBy: [], fileBytes: 1e9 }
    const written = await engine.write(query, target, contextOf()).catch(orBusy)
    if (!written) return
    owner.files = [...owner.files, ...written.files]
    owner.txn = sealed.upTo - 1n
    sealed.drop()
    await log.trim(sealed.upTo)
    counts.flushes++
  }

  const kill = async () => {
    const { answers } = counts
    await later(700 + random() * 1100)
    // every second time after an answer, as long as there are still those who ask
    while (counts.kills % 2 === 1 && counts.answers === answers && !isOver() && !owner.over) await later(5)
    const pid = await engine.pid()
    if (pid !== undefined) process.kill(pid, 'SIGKILL')
    counts.kills++
  }

  try {
    await Promise.all([during(produce), during(ask), during(ask), during(ask), during(flush), during(kill)])
  } finally {
    owner.over = true
  }
  expect(counts.refused).toBeGreaterThan(0)
})
