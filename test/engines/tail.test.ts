import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { checkSql } from '../../src/contract/check-sql.ts'
import { parseColumn } from '../../src/core/columns.ts'
import type { DuckdbOptions } from '../../src/engines/duckdb/instance.ts'
import { openDuckdb } from '../../src/engines/duckdb.ts'
import { DuckdbProcess } from '../../src/engines/duckdb-process.ts'
import type { Engine } from '../../src/engines/engine.ts'
import type { Tail, TailSpec } from '../../src/engines/tail.ts'
import { tempFolder } from '../temp-folder.ts'
import { contextOf } from './harness.ts'
import { contract, event, feedAll, leaseAll, numbers, openLog, rowsOf, specOf } from './tail-harness.ts'

const engines: Readonly<Record<string, (options: DuckdbOptions) => Promise<Engine>>> = {
  duckdb: openDuckdb,
  'duckdb-process': async (options) => new DuckdbProcess(options),
}

describe.each(Object.entries(engines))('%s', (_, openEngine) => {
  async function open(spec: TailSpec = specOf(), from = 0n): Promise<{ engine: Engine; tail: Tail; root: string }> {
    const root = await tempFolder()
    const options = { memoryBytes: 500_000_000, threads: 2, tempFolder: join(root, 'spill'), tailFolders: [root] }
    const engine = await openEngine(options)
    onTestFinished(() => engine.close())
    const tail = await engine.tail?.(spec, from)
    if (!tail) throw new Error('no tail')
    return { engine, tail, root }
  }

  test('events come through with their offset and the time of their receipt', async () => {
    const log = await openLog()
    const { engine, tail } = await open()
    const { receivedAtUs } = await log.append({
      records: [event({ n: 1, kind: 'a\tb' }), event('{"n":\t2}')],
      counts: {},
    })
    feedAll(tail, log)
    using lease = await leaseAll(tail, log)
    const at = `${new Date(receivedAtUs / 1000).toISOString().slice(0, -5)}Z`
    expect(await rowsOf(engine, lease.rows)).toEqual([
      [1n, 'a\tb', 0n, at],
      [2n, null, 1n, at],
    ])
    expect(await rowsOf(engine, lease.rejects)).toEqual([])
  })

  test('every offset is one row or one reject: rules, contract, and what the log itself refused', async () => {
    const log = await openLog()
    const { engine, tail } = await open()
    const records = [
      event({ n: 0 }),
      event({ n: -1 }),
      { kind: 'reject', payload: Buffer.from('{"code":"not_json"}') },
      event({ n: 'x' }),
      { kind: 'mend', payload: Buffer.from('{"how":"fixed"}') },
      event({ n: 5 }),
    ] as const
    await log.append({ records, counts: {} })
    feedAll(tail, log)
    using lease = await leaseAll(tail, log)
    expect(await rowsOf(engine, lease.rows, 'SELECT _offset FROM t ORDER BY 1')).toEqual([[0n], [5n]])
    const asked = 'SELECT _offset, kind, "column", code, payload FROM t ORDER BY 1'
    expect(await rowsOf(engine, lease.rejects, asked)).toEqual([
      [1n, 'event', null, 'rule:not_negative', '{"n":-1}'],
      [2n, 'reject', null, null, '{"code":"not_json"}'],
      [3n, 'event', 'n', 'type', '{"n":"x"}'],
      [4n, 'mend', null, null, '{"how":"fixed"}'],
    ])
  })

  test('events are rows once, whether all of a load are, or some are rejects', async () => {
    const log = await openLog()
    const { engine, tail } = await open()
    const loads = [
      [1, 2, 3],
      [4, -5, 6],
      [7, 8],
      [9, -10],
    ]
    for (const load of loads) {
      const first = log.next
      await log.append({ records: load.map((n) => event({ n })), counts: {} })
      feedAll(tail, log, first)
      using _ = await leaseAll(tail, log)
    }
    using lease = await leaseAll(tail, log)
    expect(await rowsOf(engine, lease.rows, 'SELECT list(n ORDER BY _offset) FROM t')).toEqual([
      [[1n, 2n, 3n, 4n, 6n, 7n, 8n, 9n]],
    ])
    expect(await rowsOf(engine, lease.rejects, 'SELECT list(_offset ORDER BY _offset) FROM t')).toEqual([[[4n, 9n]]])
  })

  test('a lease waits for what is fed later, and says so when it does not come', async () => {
    const log = await openLog()
    const { engine, tail } = await open()
    await numbers(log, 0, 10)
    await expect(leaseAll(tail, log, -1n, 50)).rejects.toMatchObject({ code: 'TAIL_LATE', httpStatus: 503 })
    const waiting = leaseAll(tail, log)
    feedAll(tail, log)
    using lease = await waiting
    expect(await rowsOf(engine, lease.rows, 'SELECT count(*) FROM t')).toEqual([[10n]])
    const controller = new AbortController()
    const aborted = tail.lease({ after: -1n, upTo: 99n, timeoutMs: 60_000 }, contextOf(controller.signal))
    controller.abort(new Error('enough'))
    await expect(aborted).rejects.toThrow('enough')
  })

  test('a lease sees what is after its table’s offset and before its own, whatever comes meanwhile', async () => {
    const log = await openLog()
    const { engine, tail } = await open()
    await numbers(log, 0, 10)
    feedAll(tail, log)
    using early = await leaseAll(tail, log, 3n)
    await numbers(log, 10, 20)
    feedAll(tail, log)
    using late = await leaseAll(tail, log)
    expect(await rowsOf(engine, early.rows, 'SELECT min(n), max(n), count(*) FROM t')).toEqual([[4n, 9n, 6n]])
    expect(await rowsOf(engine, late.rows, 'SELECT min(n), max(n), count(*) FROM t')).toEqual([[0n, 19n, 20n]])
  })

  test('a query reads what its lease tells, and no event that is loaded while it is planned', async () => {
    const log = await openLog()
    const { engine, tail, root } = await open()
    for (let round = 0; round < 60; round++) {
      await numbers(log, round * 15, round * 15 + 10)
      feedAll(tail, log, log.next - 10n)
      using lease = await leaseAll(tail, log)
      const upTo = log.next
      const target = { root: join(root, String(round)), partitionBy: [], fileBytes: 1e9 }
      const work =
        round % 3 === 0
          ? engine.write({ sql: 'SELECT * FROM t', from: { t: lease.rows } }, target, contextOf())
          : rowsOf(engine, lease.rows, 'SELECT count(*) FROM t')
      await numbers(log, round * 15 + 10, round * 15 + 15)
      feedAll(tail, log, upTo)
      using _ = await leaseAll(tail, log)
      expect(await work).toMatchObject(round % 3 === 0 ? { rows: Number(upTo) } : [[upTo]])
    }
  })

  test('a generation that was sealed is read until it is dropped and its last lease is gone', async () => {
    const log = await openLog()
    const { engine, tail } = await open()
    await numbers(log, 0, 10)
    feedAll(tail, log)
    const sealed = await tail.seal(contextOf())
    expect(sealed.upTo).toBe(10n)
    await numbers(log, 10, 15)
    feedAll(tail, log)
    const both = await leaseAll(tail, log)
    sealed.drop()
    expect(await rowsOf(engine, both.rows, 'SELECT count(*), sum(n) FROM t')).toEqual([[15n, 105n]])
    await expect(leaseAll(tail, log)).rejects.toMatchObject({ code: 'TAIL_AHEAD', fields: { after: -1n, first: 10n } })
    using rest = await leaseAll(tail, log, 9n)
    both[Symbol.dispose]()
    expect(await rowsOf(engine, rest.rows, 'SELECT min(n), count(*) FROM t')).toEqual([[10n, 5n]])
    await expect(rowsOf(engine, both.rows)).rejects.toMatchObject({ code: 'TAIL_LOST' })
  })

  test('a lease that waits keeps generations that are sealed and dropped meanwhile', async () => {
    const log = await openLog()
    const { engine, tail } = await open()
    await numbers(log, 0, 10)
    feedAll(tail, log)
    const waiting = tail.lease({ after: -1n, upTo: 20n, timeoutMs: 20_000 }, contextOf())
    const first = await tail.seal(contextOf())
    first.drop()
    const second = await tail.seal(contextOf())
    second.drop()
    await numbers(log, 10, 20)
    feedAll(tail, log)
    using lease = await waiting
    expect(await rowsOf(engine, lease.rows, 'SELECT count(*), max(n) FROM t')).toEqual([[20n, 19n]])
  })

  test('a sealed generation is written as files, and the query over files and tail has each event once', async () => {
    const log = await openLog()
    const { engine, tail, root } = await open()
    await numbers(log, 0, 1000)
    feedAll(tail, log)
    const { rows, upTo, drop } = await tail.seal(contextOf())
    const target = { root: join(root, 'table'), partitionBy: [], fileBytes: 2 ** 28 }
    const written = await engine.write({ sql: 'SELECT * FROM t', from: { t: rows } }, target, contextOf())
    expect(written.rows).toBe(1000)
    drop()
    await numbers(log, 1000, 1500)
    feedAll(tail, log)
    using lease = await leaseAll(tail, log, upTo - 1n)
    const { columns } = lease.rows
    const table = {
      kind: 'delta',
      root: target.root,
      version: 1,
      columns,
      partitionColumns: [],
      files: written.files,
    } as const
    const whole = { kind: 'union', of: [table, lease.rows] } as const
    for (const trust of ['own', 'lake'] as const)
      expect(await rowsOf(engine, whole, 'SELECT count(*), count(DISTINCT n), max(n) FROM t', { trust })).toEqual([
        [1500n, 1500n, 1499n],
      ])
  })

  test('text that a person typed reads the tail it is given and nothing else', async () => {
    const log = await openLog()
    const { engine, tail, root } = await open()
    await numbers(log, 0, 3)
    feedAll(tail, log)
    using lease = await leaseAll(tail, log)
    const outside = join(await tempFolder(), 'secret.csv')
    writeFileSync(outside, 'a\n1\n')
    const table = `"_tail/${lease.rows.tail}/0".main.rows`
    for (const sql of [
      `SELECT * FROM ${table}`,
      `SELECT * FROM read_csv('${outside}'), t`,
      `COPY t TO '${root}/out.csv'`,
      `DROP TABLE ${table}`,
    ])
      await expect(rowsOf(engine, lease.rows, sql, { trust: 'lake' })).rejects.toMatchObject({
        code: 'SQL_NOT_ALLOWED',
      })
    // past the check of the text, the instance itself refuses
    const hidden = { kind: 'select', sql: `SELECT * FROM read_csv('${outside}')`, from: {} } as const
    await expect(rowsOf(engine, { kind: 'union', of: [lease.rows, hidden] })).rejects.toMatchObject({
      code: 'SQL_NOT_ALLOWED',
    })
  })

  test('an event that makes the load throw becomes a reject, and its neighbours do not', async () => {
    const spec = specOf()
    const good = `SELECT * FROM (${spec.good}) WHERE CASE WHEN kind = 'poison' THEN error('it cannot be') ELSE true END`
    const log = await openLog()
    const { engine, tail } = await open({ ...spec, good })
    const kinds = ['a', 'poison', 'b', 'c', 'poison', 'd', 'e']
    await log.append({ records: kinds.map((kind, n) => event({ n, kind })), counts: {} })
    await log.append({ records: [event({ n: -7 }), event({ n: 8, kind: 'poison' })], counts: {} })
    feedAll(tail, log)
    using lease = await leaseAll(tail, log)
    expect(await rowsOf(engine, lease.rows, 'SELECT kind FROM t ORDER BY n')).toEqual([
      ['a'],
      ['b'],
      ['c'],
      ['d'],
      ['e'],
    ])
    expect(await rowsOf(engine, lease.rejects, 'SELECT _offset, code FROM t ORDER BY 1')).toEqual([
      [1n, 'unloadable'],
      [4n, 'unloadable'],
      [7n, 'rule:not_negative'],
      [8n, 'unloadable'],
    ])
  })

  test('an event that is no UTF-8 is a reject, and its neighbours are not', async () => {
    const log = await openLog()
    const { engine, tail } = await open()
    const broken = { kind: 'event', payload: Buffer.from('{"n":2,"kind":"\xff"}', 'latin1') } as const
    await log.append({ records: [event({ n: 1, kind: 'é' }), broken, event({ n: 3, kind: 'ü' })], counts: {} })
    feedAll(tail, log)
    using lease = await leaseAll(tail, log)
    expect(await rowsOf(engine, lease.rows, 'SELECT kind FROM t ORDER BY n')).toEqual([['é'], ['ü']])
    expect(await rowsOf(engine, lease.rejects, 'SELECT _offset, code, payload FROM t')).toEqual([
      [1n, 'unloadable', '{"n":2,"kind":"\ufffd"}'],
    ])
  })

  test('simple events are read by the SQL that is made for them, where there is some', async () => {
    const carry = ['_offset', '_received_at']
    const { good, bad } = checkSql(contract, { input: { kind: 'simple' }, carry })
    const marked = `SELECT * REPLACE (kind || '!' AS kind) FROM (${good}) WHERE CASE WHEN kind = 'poison' THEN error('no') ELSE true END`
    const log = await openLog()
    const records = ['a', 'b', 'poison', 'c', 'd', 'e'].map((kind, n) => ({
      ...event({ n, kind }),
      simple: n % 2 === 0,
    }))
    await log.append({ records, counts: {} })
    await log.append({ records: [{ ...event({ n: -1 }), simple: true }, event({ n: -2 })], counts: {} })
    const kinds = async (spec: TailSpec) => {
      const { engine, tail } = await open(spec)
      feedAll(tail, log)
      using lease = await leaseAll(tail, log)
      const rows = await rowsOf(engine, lease.rows, 'SELECT kind FROM t ORDER BY n')
      const rejects = await rowsOf(engine, lease.rejects, 'SELECT _offset, code, payload FROM t ORDER BY 1')
      return { rows: rows.flat(), rejects }
    }
    const broken = [
      [6n, 'rule:not_negative', '{"n":-1}'],
      [7n, 'rule:not_negative', '{"n":-2}'],
    ]
    expect(await kinds({ ...specOf(), simple: { good: marked, bad } })).toEqual({
      rows: ['a!', 'b', 'c', 'd!', 'e'],
      rejects: [[2n, 'unloadable', '{"n":2,"kind":"poison"}'], ...broken],
    })
    expect(await kinds(specOf())).toEqual({ rows: ['a', 'b', 'poison', 'c', 'd', 'e'], rejects: broken })
  })

  test('an event that the contract neither takes nor refuses is a reject all the same', async () => {
    const spec = specOf()
    const log = await openLog()
    const { engine, tail } = await open({ ...spec, good: `SELECT * FROM (${spec.good}) WHERE n <> 1` })
    await numbers(log, 0, 3)
    feedAll(tail, log)
    using lease = await leaseAll(tail, log)
    expect(await rowsOf(engine, lease.rejects, 'SELECT _offset, code FROM t')).toEqual([[1n, 'unloadable']])
  })

  test('what was fed is not loaded again, and a log of many segments and pieces is loaded whole', async () => {
    const log = await openLog({ segmentBytes: 700_000 })
    const { engine, tail } = await open()
    const pad = 'x'.repeat(400)
    for (let from = 0; from < 6000; from += 300) {
      const records = Array.from({ length: 300 }, (_, at) => event({ n: from + at - (at === 7 ? 1e6 : 0), pad }))
      await log.append({ records, counts: {} })
      feedAll(tail, log, log.next - 150n)
      feedAll(tail, log, log.next - 10n)
    }
    await log.append({ records: [event({ n: 6000, kind: 'y'.repeat(2_500_000) })], counts: {} })
    feedAll(tail, log)
    using lease = await leaseAll(tail, log)
    const sql = 'SELECT count(*), count(DISTINCT _offset), max(_offset), max(length(kind)) FROM t'
    expect(await rowsOf(engine, lease.rows, sql)).toEqual([[5981n, 5981n, 6000n, 2_500_000n]])
    expect(await rowsOf(engine, lease.rejects, 'SELECT count(DISTINCT _offset) FROM t')).toEqual([[20n]])
  })

  test('a tail that begins in the middle of the log holds what comes from there on', async () => {
    const log = await openLog()
    const { engine, tail } = await open(specOf(), 7n)
    await numbers(log, 0, 10)
    feedAll(tail, log, 7n)
    using lease = await leaseAll(tail, log, 6n)
    expect(await rowsOf(engine, lease.rows, 'SELECT min(n), max(n), count(*) FROM t')).toEqual([[7n, 9n, 3n]])
    await expect(leaseAll(tail, log, 5n)).rejects.toMatchObject({ code: 'TAIL_AHEAD' })
    const sealed = await tail.seal(contextOf())
    expect(await rowsOf(engine, sealed.rows, 'SELECT count(*) FROM t')).toEqual([[3n]])
  })

  test('events of another contract wait until the generation is sealed with its spec', async () => {
    const log = await openLog()
    const { engine, tail } = await open()
    await numbers(log, 0, 2)
    log.roll(2)
    await numbers(log, 2, 4)
    feedAll(tail, log)
    await expect(leaseAll(tail, log, -1n, 200)).rejects.toMatchObject({ code: 'TAIL_LATE' })
    const added = { ...parseColumn('shop', 'varchar'), formats: [], pii: false }
    const sealed = await tail.seal(contextOf(), specOf({ ...contract, columns: [...contract.columns, added] }, 2))
    expect(sealed.upTo).toBe(2n)
    using lease = await leaseAll(tail, log)
    expect(lease.rows.uniform).toBe(false)
    expect(lease.rows.columns.map(({ name }) => name)).toEqual(['n', 'kind', 'shop', '_offset', '_received_at'])
    expect(await rowsOf(engine, lease.rows, 'SELECT n, shop FROM t ORDER BY n')).toEqual(
      [0n, 1n, 2n, 3n].map((n) => [n, null]),
    )
  })

  test('rows have the columns of the spec and their types, whatever order and types its SQL gives', async () => {
    const log = await openLog()
    const good = `SELECT _offset, _received_at, 'view' AS kind, 7::TINYINT AS n FROM raw`
    const { engine, tail } = await open({ ...specOf(), good })
    await numbers(log, 0, 2)
    feedAll(tail, log)
    const sealed = await tail.seal(contextOf(), specOf())
    await numbers(log, 2, 3)
    feedAll(tail, log)
    using lease = await leaseAll(tail, log)
    expect([sealed.rows, lease.rows]).toMatchObject([
      { uniform: true, generations: [0] },
      { uniform: true, generations: [0, 1] },
    ])
    expect(await rowsOf(engine, sealed.rows, 'SELECT DISTINCT typeof(n) FROM t')).toEqual([['BIGINT']])
    expect(await rowsOf(engine, lease.rows, 'SELECT n, kind, _offset FROM t ORDER BY _offset')).toEqual([
      [7n, 'view', 0n],
      [7n, 'view', 1n],
      [2n, 'view', 2n],
    ])
  })

  test('lines that are not those of the range are told, and never left out', async () => {
    const log = await openLog()
    await numbers(log, 0, 5)
    const [range] = log.ranges(0n)
    if (!range) throw new Error('no range')
    for (const wrong of [[range, { ...range, first: 6n, next: 11n }], [{ ...range, next: 6n }]]) {
      const { tail } = await open()
      for (const each of wrong) tail.feed(each)
      const upTo = wrong.at(-1)?.next ?? 0n
      await expect(tail.lease({ after: -1n, upTo, timeoutMs: 20_000 }, contextOf())).rejects.toMatchObject({
        code: 'TAIL_GAP',
      })
    }
  })

  test('a spec that is no SELECT is told when the tail begins', async () => {
    await expect(open({ ...specOf(), good: 'SELECT nothing FROM raw' })).rejects.toMatchObject({ code: 'SQL_INVALID' })
  })

  test('a tail that is closed is lost, also to those who wait', async () => {
    const { tail } = await open()
    let lost = 0
    tail.onLost(() => lost++)
    const waiting = tail.lease({ after: -1n, upTo: 5n, timeoutMs: 60_000 }, contextOf())
    await Promise.all([expect(waiting).rejects.toMatchObject({ code: 'TAIL_LOST' }), tail.close()])
    await expect(tail.seal(contextOf())).rejects.toMatchObject({ code: 'TAIL_LOST' })
    expect(lost).toBe(1)
  })
})
