import { createHash, randomUUID } from 'node:crypto'
import { existsSync, globSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { type Columns, parseColumn } from '../../src/core/columns.ts'
import type { Context } from '../../src/core/context.ts'
import type { Engine, EngineCapabilities, Query } from '../../src/engines/engine.ts'
import type { Relation } from '../../src/engines/relation.ts'
import { collect } from '../../src/engines/rows.ts'
import { conformance } from './conformance.ts'

const context = (signal: AbortSignal = new AbortController().signal): Context => ({
  signal,
  emit: () => {},
  now: () => 1_700_000_000_000,
})

const columns = (texts: Readonly<Record<string, string>>): Columns =>
  Object.entries(texts).map(([name, text]) => parseColumn(name, text))

const sales: Relation = {
  kind: 'values',
  columns: columns({ id: 'bigint', price: 'decimal(12,2)', at: 'timestamptz', tags: 'varchar[]' }),
  rows: [
    [9223372036854775807n, '1.10', '2024-02-29T23:59:59.999999Z', ['a', null]],
    [2n, null, null, null],
  ],
}

const rows = async (engine: Engine, query: Query) => collect(await engine.run(query, context()))

/** A folder that no other case uses. */
const folder = () => join(tmpdir(), 'millrace-conformance', randomUUID())

/** What every engine does alike: the seam of `src/engines/engine.ts`. */
export const engineConformance = conformance<Engine, EngineCapabilities>({
  'values come back exact': {
    run: async (engine) => {
      expect(await rows(engine, { sql: 'SELECT * FROM sales ORDER BY id DESC', from: { sales } })).toEqual(
        sales.kind === 'values' ? sales.rows : [],
      )
    },
  },
  'columns are described without reading rows': {
    run: async (engine) => {
      const sql = 'SELECT id, sum(price) AS total, max("at") AS last FROM sales GROUP BY id'
      expect(await engine.describe({ sql, from: { sales } }, context())).toEqual(
        columns({ id: 'bigint', total: 'decimal(38,2)', last: 'timestamptz' }),
      )
    },
  },
  'rows that are cut short are never taken for all': {
    run: async (engine) => {
      const endless = { sql: 'SELECT range FROM range(1000000000000)', from: {} }
      for (let at = 0; at < 10; at++) {
        const leaving = new AbortController()
        const reading = engine.run(endless, context(leaving.signal)).then(collect)
        setTimeout(() => leaving.abort(new Error('enough')), at)
        await expect(reading).rejects.toThrow('enough')
        const late = engine.run({ ...endless, limits: { timeoutMs: 1 + at } }, context()).then(collect)
        await expect(late).rejects.toMatchObject({ code: 'QUERY_TIMEOUT' })
      }
    },
  },
  'the clock of a query is what it is given': {
    run: async (engine) => {
      const asked = `SELECT now()::VARCHAR, current_timestamp::VARCHAR, current_date::VARCHAR, today()::VARCHAR,
        localtimestamp::VARCHAR, age(DATE '2024-02-28')::VARCHAR, age(DATE '2024-03-01', DATE '2024-02-28')::VARCHAR,
        (SELECT max(moment)::VARCHAR FROM later)`
      const later: Relation = { kind: 'select', sql: 'SELECT now() AS moment', from: {} }
      const nowMs = Date.parse('2024-02-29T23:30:00Z')
      const at = '2024-02-29 23:30:00+00'
      const day = '2024-02-29'
      for (const trust of ['own', 'lake'] as const) {
        const [row] = await rows(engine, { sql: asked, from: { later }, nowMs, trust })
        expect(row).toEqual([at, at, day, day, '2024-02-29 23:30:00', '1 day', '2 days', at])
      }
      const [free] = await rows(engine, { sql: 'SELECT year(now())', from: {} })
      expect(Number(free?.[0])).toBeGreaterThan(2024)
    },
  },
  'parameters are values and never text': {
    run: async (engine) => {
      const sql = 'SELECT id FROM sales WHERE id = $1 OR price = $2 OR $3 IS NULL'
      const given = [2n, "1.1' OR true --", 'x'] as const
      await expect(rows(engine, { sql, from: { sales }, parameters: [...given] })).rejects.toMatchObject({
        code: 'QUERY_FAILED',
      })
      expect(await rows(engine, { sql, from: { sales }, parameters: [2, 0.5, false] })).toEqual([[2n]])
    },
  },
  'rows come by columns, whose numbers lie in arrays': {
    run: async (engine) => {
      const count = 10_000
      const sql = `SELECT (4294967295 - range)::UINTEGER, CASE WHEN range % 3 > 0 THEN md5(range::VARCHAR)::UUID END,
        CASE WHEN range % 3 = 0 THEN 'née ' || repeat('x', range % 20) || range END FROM range(${count})`
      const found: string[] = []
      for await (const batch of engine.readColumns({ sql, from: {} }, context())) {
        const [numbers, uuids, texts] = batch.columns as readonly [Uint32Array, Uint32Array, readonly (string | null)[]]
        expect([numbers.length, uuids.length, texts.length]).toEqual([batch.rows, 4 * batch.rows, batch.rows])
        for (const [at, number] of numbers.entries()) {
          const words = Array.from(uuids.subarray(4 * at, 4 * at + 4), (word) => word.toString(16).padStart(8, '0'))
          found.push(`${2 ** 32 - 1 - number}: ${texts[at] ?? words.join('')}`)
        }
      }
      const expected = Array.from({ length: count }, (_, at) => {
        const text = `née ${'x'.repeat(at % 20)}${at}`
        return `${at}: ${at % 3 === 0 ? text : createHash('md5').update(String(at)).digest('hex')}`
      })
      expect(found.toSorted()).toEqual(expected.toSorted())
    },
  },
  'reading by columns ends with an error, a signal, or whoever reads': {
    run: async (engine) => {
      const endless = { sql: 'SELECT range::UINTEGER FROM range(1000000000000)', from: {} }
      for await (const { rows: count } of engine.readColumns(endless, context())) {
        expect(count).toBeGreaterThan(0)
        break
      }
      const leaving = new AbortController()
      const reading = Array.fromAsync(engine.readColumns(endless, context(leaving.signal)), ({ rows: count }) => {
        leaving.abort(new Error('enough'))
        return count
      })
      await expect(reading).rejects.toThrow('enough')
      const read = (sql: string) => Array.fromAsync(engine.readColumns({ sql, from: {} }, context()))
      await expect(read('SELECT prise')).rejects.toMatchObject({ code: 'SQL_INVALID' })
      await expect(read('SELECT 1.5')).rejects.toMatchObject({ code: 'INTERNAL' })
      await expect(read("SELECT error('late')::UINTEGER FROM range(2)")).rejects.toMatchObject({ code: 'QUERY_FAILED' })
      expect(await read('SELECT 1::UINTEGER')).toEqual([{ rows: 1, columns: [Uint32Array.of(1)] }])
    },
  },
  'a limit of rows cuts, and says so': {
    run: async (engine) => {
      await using result = await engine.run(
        { sql: 'SELECT id FROM sales', from: { sales }, limits: { rows: 1 } },
        context(),
      )
      let count = 0
      for await (const batch of result.batches) count += batch.length
      expect([count, result.truncated]).toEqual([1, true])
    },
  },
  'a query is told its place when it is wrong': {
    run: async (engine) => {
      const wrong = { sql: 'SELECT\n  prise FROM sales', from: { sales } }
      for (const work of ['describe', 'run'] as const)
        await expect(engine[work](wrong, context())).rejects.toMatchObject({
          code: 'SQL_INVALID',
          fields: { line: 2, column: 3 },
        })
    },
  },
  'unions and inner selects read what their own names stand for': {
    run: async (engine) => {
      const inner: Relation = { kind: 'select', sql: 'SELECT id FROM x WHERE id = 2', from: { x: sales } }
      const from = { x: { kind: 'union', of: [inner, inner] } } as const
      expect(await rows(engine, { sql: 'SELECT count(*), min(id) FROM x', from })).toEqual([[2n, 2n]])
    },
  },
  'what is written in partitions reads back, and is told file by file': {
    run: async (engine) => {
      const root = folder()
      const sql = "SELECT id, CASE WHEN id = 2 THEN NULL ELSE 'a/b = ''c''' END AS part FROM sales"
      const { files, rows: count } = await engine.write(
        { sql, from: { sales } },
        { root, partitionBy: ['part'], fileBytes: 2 ** 28 },
        context(),
      )
      expect(count).toBe(2)
      expect(files.map((file) => file.partition['part']).sort()).toEqual(["a/b = 'c'", null])
      for (const file of files) {
        expect(statSync(join(root, file.path)).size).toBe(file.sizeBytes)
        expect(JSON.parse(file.stats)).toMatchObject({ numRecords: 1, nullCount: { id: 0 } })
      }
      const table: Relation = {
        kind: 'delta',
        root,
        version: 0,
        columns: columns({ id: 'bigint', part: 'varchar', added: 'double' }),
        partitionColumns: ['part'],
        files,
      }
      expect(await rows(engine, { sql: 'SELECT * FROM t ORDER BY id', from: { t: table } })).toEqual([
        [2n, null, null],
        [9223372036854775807n, "a/b = 'c'", null],
      ])
    },
  },
  'a write that fails leaves nothing': {
    run: async (engine) => {
      const root = folder()
      const sql = "SELECT CASE WHEN id = 2 THEN CAST('x' || id AS INTEGER) ELSE 1 END AS a FROM sales"
      await expect(
        engine.write({ sql, from: { sales } }, { root, partitionBy: [], fileBytes: 2 ** 28 }, context()),
      ).rejects.toMatchObject({ code: 'QUERY_FAILED' })
      expect(existsSync(root) ? globSync('**/*.parquet', { cwd: root }) : []).toEqual([])
    },
  },
  'a signal that is aborted stops the work with its reason': {
    needs: ['cancel'],
    run: async (engine) => {
      const controller = new AbortController()
      const reason = new Error('enough')
      const sql = 'SELECT count(*) FROM range(100000000) a, range(100000) b WHERE a.range + b.range = -1'
      const timer = setTimeout(() => controller.abort(reason), 100)
      await expect(engine.run({ sql, from: {} }, context(controller.signal)).then(collect)).rejects.toBe(reason)
      clearTimeout(timer)
      await expect(engine.run({ sql: 'SELECT 1', from: {} }, context(controller.signal))).rejects.toBe(reason)
    },
  },
  'text that a person typed reads nothing but its tables': {
    run: async (engine) => {
      const root = folder()
      mkdirSync(root, { recursive: true })
      writeFileSync(join(root, 'secret.csv'), 'a\n1\n')
      const typed = (sql: string): Query => ({ sql, from: { sales }, trust: 'lake' })
      expect(await rows(engine, typed('SELECT count(*) FROM sales'))).toEqual([[2n]])
      for (const sql of [
        `SELECT * FROM read_csv('${root}/secret.csv')`,
        `COPY sales TO '${root}/out.csv'`,
        'SELECT 1; SELECT 2',
      ])
        await expect(rows(engine, typed(sql))).rejects.toMatchObject({ code: 'SQL_NOT_ALLOWED' })
      expect(existsSync(join(root, 'out.csv'))).toBe(false)
    },
  },
})
