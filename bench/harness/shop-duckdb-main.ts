/**
 * `node shop-duckdb-main.ts FILE OUT LAYOUT`: the peer of the benches, the same columns and the same SELECTs by DuckDB
 * alone, to Parquet files: nothing is checked, counted, synced or committed.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { stopwatch } from './run.ts'
import { answerSql, modelText } from './shop-project.ts'

const [file = '', out = '', layout = ''] = process.argv.slice(2)
const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '1000000000B' })
const connection = await instance.connect()
await connection.run("SET TimeZone = 'UTC'; SET preserve_insertion_order = false")

const hasIds = layout.endsWith('with ids')
const isByDay = layout.startsWith('by day')
const fields = [
  ...(hasIds ? ['event_id'] : []),
  'event_time',
  'event_type',
  'product_id',
  'category_id',
  'category_code',
  'brand',
  'price',
  'user_id',
  'user_session',
]
const columns = fields.map((field) => `'${field}': 'VARCHAR'`).join(', ')
const csv = `read_csv('${file}', header = true, delim = ',', quote = '"', escape = '"', auto_detect = false, columns = {${columns}}, nullstr = '')`
const day = isByDay
  ? ", (strptime(event_time, '%Y-%m-%d %H:%M:%S UTC')::TIMESTAMPTZ AT TIME ZONE 'America/Hermosillo')::DATE AS _day"
  : ''
const rows = `SELECT ${hasIds ? 'event_id' : 'NULL::VARCHAR'} AS event_id, strptime(event_time, '%Y-%m-%d %H:%M:%S UTC')::TIMESTAMPTZ AS event_time,
  event_type, product_id::BIGINT AS product_id, category_id::BIGINT AS category_id, category_code, brand,
  price::DECIMAL(12,2) AS price, user_id::BIGINT AS user_id, user_session, NULL::VARCHAR AS extra,
  'shop.csv' AS _file${day} FROM ${csv}`

/** Writes a SELECT as Parquet files, and makes a view of them. */
async function copy(name: string, select: string, partition?: string): Promise<void> {
  const folder = join(out, name)
  mkdirSync(folder, { recursive: true })
  const target = partition ? `PARTITION_BY (${partition})` : "FILE_SIZE_BYTES '256MB'"
  const options = `FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ${target}, FILENAME_PATTERN 'part-{uuid}'`
  await connection.run(`COPY (\n${select}\n) TO '${folder}' (${options})`)
  const hive = partition ? `, hive_partitioning = true, hive_types = {'${partition}': DATE}` : ''
  await connection.run(`CREATE VIEW ${name} AS SELECT * FROM read_parquet('${folder}/**/*.parquet'${hive})`)
}

const watch = stopwatch()
await watch.step('load', () => copy('events', rows, isByDay ? '_day' : undefined))
const [operations, brands] = [await modelText('operations'), await modelText('department_brand')]
await watch.step('models', async () => {
  await copy('operations', operations, 'day')
  await copy('department_brand', brands)
})
await connection.run('CREATE VIEW brands AS SELECT * FROM department_brand')
const answer = await connection.runAndReadAll(answerSql)
watch.end(String(answer.getRows()[0]?.[0]))
