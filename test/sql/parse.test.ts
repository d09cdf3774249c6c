import { expect, test } from 'vitest'
import { parseSql } from '../../src/sql/parse.ts'

test.each([
  ['SELECT (1', 'SQL_INVALID', 1, 10, 'end of input'],
  ['SELECT 1\nFORM t', 'SQL_INVALID', 2, 6, 'FORM t\n     ^'],
  ["SELECT 'é' x y", 'SQL_INVALID', 1, 14, 'syntax error'],
  ['', 'SQL_INVALID', 1, 1, 'no statement'],
  ['-- only this', 'SQL_INVALID', 1, 1, 'no statement'],
  ['/* a\n */ drop TABLE x', 'SQL_NOT_ALLOWED', 2, 5, 'DROP is not a SELECT'],
  ['SELECT 1;\nSELECT 2', 'SQL_NOT_ALLOWED', 2, 8, 'second statement'],
  ['PIVOT t ON a', 'SQL_NOT_ALLOWED', 1, 1, 'PIVOT is not a SELECT'],
  ["COPY t TO '/tmp/x'", 'SQL_NOT_ALLOWED', 1, 1, 'COPY is not a SELECT'],
  ['PRAGMA database_list', 'SQL_NOT_ALLOWED', 1, 1, 'PRAGMA is not a SELECT'],
])('%j is refused at its place', async (text, code, line, column, message) => {
  await expect(parseSql(text)).rejects.toMatchObject({
    code,
    fields: { line, column },
    message: expect.stringContaining(message),
  })
})

test.each(['SELECT 1;', 'FROM t', 'VALUES (1)', 'WITH a AS (SELECT 1) TABLE a -- end', 'SUMMARIZE t'])(
  '%s is one SELECT',
  async (text) => {
    expect((await parseSql(text)).text).toBe(text)
  },
)
