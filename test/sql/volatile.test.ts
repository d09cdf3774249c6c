import { expect, test } from 'vitest'
import { walk } from '../../src/sql/ast.ts'
import { parser, parseSql } from '../../src/sql/parse.ts'
import { isVolatileName, volatileCall } from '../../src/sql/volatile.ts'

test('all functions that DuckDB does not call consistent are known, and all macros over them', async () => {
  const connection = await parser()
  const functions = (
    await connection.runAndReadAll(
      `SELECT DISTINCT function_name FROM duckdb_functions() WHERE stability <> 'CONSISTENT' ORDER BY 1`,
    )
  ).getRows()
  expect(functions.length).toBeGreaterThan(20)
  expect(functions.map(([name]) => String(name)).filter((name) => !isVolatileName(name))).toEqual([])
  const macros = (
    await connection.runAndReadAll(
      `SELECT function_name, macro_definition FROM duckdb_functions() WHERE function_type = 'macro' ORDER BY 1`,
    )
  ).getRows()
  const missed: string[] = []
  for (const [name, definition] of macros) {
    const { statement } = await parseSql(`SELECT ${definition}`)
    const inside = [...walk(statement)].map(([node]) => volatileCall(node) ?? String(node['column_names'] ?? ''))
    if (!isVolatileName(String(name)) && inside.some(isVolatileName)) missed.push(String(name))
  }
  // it calls error() where a key is missing
  expect(missed).toEqual(['json_group_object'])
})

test('age() counts from today unless it is told another day', async () => {
  const called = async (text: string) =>
    [...walk((await parseSql(text)).statement)].flatMap(([node]) => volatileCall(node) ?? [])
  expect(await called('SELECT age(a)')).toEqual(['age'])
  expect(await called('SELECT AGE(a, b)')).toEqual([])
})
