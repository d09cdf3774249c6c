import { existsSync } from 'node:fs'
import { copyFile, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { shopContract } from '../../bench/harness/shop-file.ts'
import { openDuckdb } from '../../src/engines/duckdb.ts'
import type { Engine } from '../../src/engines/engine.ts'
import { spillFolder } from '../temp-folder.ts'
import { brief, load, loading, query, rejects, sourceOf } from './loading.ts'

const data = join(import.meta.dirname, '../../../shared/data')
const there = existsSync(data)
let engine: Engine

beforeAll(async () => {
  engine = await openDuckdb({ memoryBytes: 512 << 20, threads: 2, tempFolder: spillFolder })
})

afterAll(() => engine.close())

test.skipIf(!there)(
  'the shop sample: 10,034 rows, and purchases of 41989.74; again, renamed, compressed: nothing',
  async () => {
    const on = await loading(engine)
    const sample = join(data, 'ecommerce/2019-Nov_10KSample.csv')
    await copyFile(sample, join(on.root, 'sample.csv'))
    const source = sourceOf(on, { contract: await shopContract(true), files: { glob: 'sample*' } })
    expect(brief(await load(on, source))).toEqual(['sample.csv: loaded 10034+0'])
    const sql = 'SELECT event_type, count(*), sum(price)::VARCHAR FROM t GROUP BY 1 ORDER BY 1'
    const counts = await query(on, sql)
    expect(counts.map(([type, count]) => [type, count])).toEqual([
      ['cart', 486n],
      ['purchase', 151n],
      ['view', 9397n],
    ])
    expect(counts[1]?.[2]).toBe('41989.74')
    await copyFile(sample, join(on.root, 'sample (1).csv'))
    await writeFile(join(on.root, 'sample.csv.gz'), gzipSync(await readFile(sample)))
    expect(brief(await load(on, source))).toEqual([
      'sample (1).csv: skipped known sample.csv',
      'sample.csv: skipped unchanged',
      'sample.csv.gz: skipped known sample.csv',
    ])
    expect(await query(on, sql)).toEqual(counts)
  },
)

test.skipIf(!there)('customers without a header', async () => {
  const on = await loading(engine)
  await symlink(join(data, 'loyalty'), join(on.root, 'in'))
  const columns = {
    customer_id: 'bigint not null',
    home_store: 'integer',
    name: 'varchar',
    email: 'varchar',
    since: 'date',
    card: 'varchar',
    birth_date: 'date',
    gender: 'varchar',
    birth_year: 'integer',
  }
  const source = sourceOf(on, { contract: { columns }, files: { glob: 'in/customer.csv', header: false } })
  expect(brief(await load(on, source))).toEqual(['in/customer.csv: loaded 2246+0'])
  expect(await query(on, 'SELECT name, card, birth_date FROM t WHERE customer_id = 1')).toEqual([
    ['Kelly Key', '908-424-2890', '1950-05-29'],
  ])
})

test.skipIf(!there)('Chinese headers by `from`, and epoch seconds', async () => {
  const on = await loading(engine)
  await symlink(join(data, 'taobao'), join(on.root, 'in'))
  const columns = {
    user_id: { type: 'bigint not null', from: '用户ID' },
    item_id: { type: 'bigint', from: '商品ID' },
    brand: { type: 'varchar', from: '品牌' },
    behaviour: { type: 'varchar not null', from: '行为类型' },
    seen: { type: 'timestamptz not null', from: '时间戳', format: 'epoch_s' },
    price: { type: 'decimal(12,2)', from: '售价' },
  }
  const source = sourceOf(on, { contract: { columns }, files: { glob: 'in/UserBehavior.csv' } })
  const [outcome] = await load(on, source)
  expect(brief(outcome ? [outcome] : [])).toEqual(['in/UserBehavior.csv: loaded 40000+0'])
  expect(
    await query(on, 'SELECT brand, behaviour, seen, price FROM t WHERE user_id = 768933 AND item_id = 4073737'),
  ).toEqual([['VIVO', 'buy', '2017-12-02T04:31:47Z', '6329.20']])
  expect(await query(on, "SELECT count(*) FROM t WHERE json_extract_string(extra, '$.商品名称') IS NOT NULL")).toEqual([
    [40000n],
  ])
})

test.skipIf(!there)('a web log, separated by spaces', async () => {
  const on = await loading(engine)
  await symlink(join(data, 'weblog'), join(on.root, 'in'))
  const columns = {
    ip: 'varchar not null',
    ident: { type: 'varchar', nulls: ['-'] },
    login: { type: 'varchar', nulls: ['-'] },
    seen: { type: 'timestamptz not null', format: '%d/%m/%Y:%H:%M:%S' },
    zone: 'varchar',
    method: 'varchar',
    path: 'varchar',
  }
  const files = { glob: 'in/apache.log', delimiter: ' ', header: false, quote: '' }
  const source = sourceOf(on, { contract: { columns }, files })
  expect(brief(await load(on, source))).toEqual(['in/apache.log: loaded 10000+0'])
  expect(await query(on, 'SELECT count(*), count(login), min(seen) FROM t')).toEqual([
    [10000n, 0n, '2015-05-17T10:05:00Z'],
  ])
})

test.skipIf(!there)('a log of NDJSON, and songs of one object a file', async () => {
  const on = await loading(engine)
  await symlink(join(data, 'sparkify'), join(on.root, 'in'))
  const events = {
    artist: 'varchar',
    first_name: { type: 'varchar', from: 'firstName' },
    item: { type: 'integer not null', from: 'itemInSession' },
    length: 'double',
    session: { type: 'bigint not null', from: 'sessionId' },
    seen: { type: 'timestamptz not null', from: 'ts', format: 'epoch_ms' },
    user_id: { type: 'varchar', from: 'userId', nulls: [''] },
  }
  const logs = sourceOf(on, {
    name: 'logs',
    table: 'logs',
    contract: { columns: events },
    files: { glob: 'in/log_data/**/*.json' },
  })
  await load(on, logs)
  expect(await query(on, 'SELECT count(*), count(artist), min(seen) FROM t', 'logs')).toEqual([
    [8056n, 6820n, '2018-11-01T20:57:10.796000Z'],
  ])
  expect(await rejects(on, 'logs')).toEqual([])
  const song = { song_id: 'varchar not null', title: 'varchar', year: 'integer', duration: 'double' }
  const songs = sourceOf(on, {
    name: 'songs',
    table: 'songs',
    contract: { columns: song },
    files: { glob: 'in/song_data/**/*.json' },
  })
  expect(new Set(brief(await load(on, songs)).map((text) => text.split(': ')[1]))).toEqual(new Set(['loaded 1+0']))
  expect(await query(on, 'SELECT count(*), count(DISTINCT song_id) FROM t', 'songs')).toEqual([[71n, 71n]])
})
