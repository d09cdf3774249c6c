import { expect, test } from 'vitest'
import { parseSql } from '../../src/sql/parse.ts'
import { assertSafe } from '../../src/sql/safety.ts'

const safe = async (text: string) => assertSafe(await parseSql(text))

test.each([
  ["SELECT * FROM read_csv('/etc/passwd')", 15],
  ['SELECT * FROM "READ_csv"(\'/etc/passwd\')', 15],
  ["SELECT * FROM main.read_text('/etc/passwd')", 15],
  ["SELECT * FROM '/etc/passwd'", 15],
  ["SELECT * FROM 'x.parquet'", 15],
  ['SELECT * FROM "s3://a/b"', 15],
  ["WITH a AS (SELECT * FROM glob('/*')) SELECT * FROM a", 26],
  ["SELECT (SELECT max(content) FROM read_blob('/etc/passwd'))", 34],
  ["SELECT * FROM a JOIN parquet_scan('x') ON true", 22],
  ["SELECT * FROM query('SELECT 1')", 15],
  ['SELECT * FROM duckdb_settings()', 15],
  ["SELECT getenv('HOME')", 8],
  ["SELECT 1 WHERE current_setting('temp_directory') = ''", 16],
  ['SELECT * FROM t AT (VERSION => 1)', 15],
])('%s is refused at column %i', async (text, column) => {
  await expect(safe(text)).rejects.toMatchObject({
    code: 'SQL_NOT_ALLOWED',
    fields: { column },
    hint: expect.stringContaining('--with'),
  })
})

test('SHOW is refused', async () => {
  await expect(safe('SHOW TABLES')).rejects.toMatchObject({ code: 'SQL_NOT_ALLOWED' })
})

test.each(['SELECT * FROM range(3), unnest([1]) u', 'DESCRIBE t', 'FROM t WHERE a = $1'])(
  '%s is let through',
  async (text) => {
    await expect(safe(text)).resolves.toBeUndefined()
  },
)
