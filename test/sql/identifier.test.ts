import { DuckDBInstance } from '@duckdb/node-api'
import { expect, test } from 'vitest'
import { identifier } from '../../src/sql/identifier.ts'

test('a name is in quotes where SQL asks for them, and plain elsewhere', () => {
  const written = ['event_time', 'price', 'order', 'Order', 'two words', 'a"b', '1st'].map(
    (name) => identifier(name).text,
  )
  expect(written).toEqual(['event_time', 'price', '"order"', '"Order"', '"two words"', '"a""b"', '"1st"'])
})

test('every word that the engine knows is a table and its column when it is written so', async () => {
  const connection = await (await DuckDBInstance.create()).connect()
  const words = (await connection.runAndReadAll('SELECT DISTINCT keyword_name FROM duckdb_keywords()')).getRows()
  for (const [word] of words) {
    const own = identifier(String(word)).text
    const asked = `WITH "${word}" AS (SELECT 7 AS "${word}") SELECT ${own} FROM ${own} ORDER BY ${own}`
    expect((await connection.runAndReadAll(asked)).getRows(), asked).toEqual([[7]])
  }
})
