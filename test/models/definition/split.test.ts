import { expect, test } from 'vitest'
import { splitFile, withoutSemicolons } from '../../../src/models/definition/split.ts'

/** Files, their headers, their SQL. */
const files: readonly (readonly [string, string | undefined, string])[] = [
  ['SELECT 1', undefined, 'SELECT 1'],
  ['', undefined, ''],
  ['/**/SELECT 1', '', '    SELECT 1'],
  ['/*\nkind: view\n*/\nSELECT 1', '\nkind: view\n', '  \n          \n  \nSELECT 1'],
  ['/*\r\nkind: view\r\n*/ SELECT 1', '\r\nkind: view\r\n', '  \r\n          \r\n   SELECT 1'],
  ['\uFEFF/* kind: view */SELECT 1', 'kind: view ', `${' '.repeat(17)}SELECT 1`],
  ['\uFEFFSELECT 1', undefined, ' SELECT 1'],
  ['\n-- a note\n/*a: 1*/ SELECT 1', '\n\na: 1', '\n         \n         SELECT 1'],
  ['/* a: é🎉 */ SELECT 1', 'a: é🎉 ', `${' '.repeat(12)}SELECT 1`],
  ['SELECT 1 /* no: header */', undefined, 'SELECT 1 /* no: header */'],
]

test.each(files)('%j', (text, header, sql) => {
  expect(splitFile(text)).toEqual({ ...(header !== undefined && { header }), sql })
})

test('a header without an end has a line', () => {
  expect(splitFile('-- a\n\n/* kind: view\nSELECT 1').unclosed).toBe(3)
})

/** Statements, and what is left of them. */
const statements: readonly (readonly [string, string])[] = [
  ['SELECT 1;', 'SELECT 1 '],
  ['SELECT 1;;\n; -- the end; indeed', 'SELECT 1  \n  -- the end; indeed'],
  ["SELECT ';', 'it''s;' AS \"a;b\"\"c;\";", "SELECT ';', 'it''s;' AS \"a;b\"\"c;\" "],
  ["SELECT E'a\\';' AS a;", "SELECT E'a\\';' AS a "],
  ["SELECT DATE'2020-01-01;\\';", "SELECT DATE'2020-01-01;\\' "],
  ['SELECT $$a;$$, $x$;$$;$x$;', 'SELECT $$a;$$, $x$;$$;$x$ '],
  ['SELECT 1 /* a; /* b; */ c; */ ;', 'SELECT 1 /* a; /* b; */ c; */  '],
  ['SELECT 1 -- a;', 'SELECT 1 -- a;'],
]

test.each(statements)('a statement without its semicolons: %j', (text, left) => {
  expect(withoutSemicolons(text)).toBe(left)
})
