/** `node load-duckdb-main.ts FILE OUT LAYOUT`: the peer of `bench load`, the same columns by DuckDB alone, unchecked. */
import { mkdirSync } from 'node:fs'
import { DuckDBInstance } from '@duckdb/node-api'
import type { LoadRun } from '../load.ts'

const [file = '', out = '', layout = ''] = process.argv.slice(2)
mkdirSync(out, { recursive: true })
const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '1000000000B' })
const connection = await instance.connect()
await connection.run("SET TimeZone = 'UTC'; SET preserve_insertion_order = false")

const fields = [
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
const day =
  layout === 'by day'
    ? ", (strptime(event_time, '%Y-%m-%d %H:%M:%S UTC')::TIMESTAMPTZ AT TIME ZONE 'America/Hermosillo')::DATE AS _day"
    : ''
const rows = `SELECT NULL::VARCHAR AS event_id, strptime(event_time, '%Y-%m-%d %H:%M:%S UTC')::TIMESTAMPTZ AS event_time,
  event_type, product_id::BIGINT AS product_id, category_id::BIGINT AS category_id, category_code, brand,
  price::DECIMAL(12,2) AS price, user_id::BIGINT AS user_id, user_session, NULL::VARCHAR AS extra,
  'shop.csv' AS _file${day} FROM ${csv}`
const target =
  layout === 'by day'
    ? "PARTITION_BY (_day), FILENAME_PATTERN 'part-{uuid}'"
    : "FILE_SIZE_BYTES '256MB', FILENAME_PATTERN 'part-{uuid}'"

const started = performance.now()
const result = await connection.run(
  `COPY (${rows}) TO '${out}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ${target})`,
)
const seconds = (performance.now() - started) / 1000
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6
const run: LoadRun = { seconds, cpuSeconds, peakMB: maxRSS / 1024, rows: result.rowsChanged }
console.log(JSON.stringify(run))
