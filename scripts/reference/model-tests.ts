import { caseNotes, caseShape } from '../../src/models/cases/case-shape.ts'
import { code, type Page, table } from './page.ts'
import { schemaPage } from './schema.ts'

const example = `now: 2026-01-06T12:00:00Z       # what now() and current_date say
given:
  events:
    - { event_time: 2026-01-05T09:00:00Z, event_type: purchase, price: 9.90 }
    - { event_time: 2026-01-05T10:00:00Z, event_type: view }
expect:
  - { day: 2026-01-05, revenue: 9.90 }`

const says: Readonly<Record<keyof typeof caseNotes, string>> = {
  description: 'What the test shows.',
  now: 'What `now()`, `current_date` and their like say. A model that asks for the time needs it.',
  given:
    'Rows of streams, tables, external tables and models that the model reads. A model that is not given is computed from its own inputs; a table that is not given is empty.',
  partial: 'Only the columns that `expect` names are compared (default: all).',
  expect: 'The rows that the model gives, all of them.',
}

/** How tests of models are written. */
export function testsSection(): readonly string[] {
  return [
    '## Tests',
    'A file `tests/<model>/<case>.yaml` is a test of that model; `millrace test` runs them in DuckDB over the rows that stand in them, and looks at no table. [model-test.schema.json](model-test.schema.json) is their JSON Schema.',
    code(example, 'yaml'),
    table(
      ['key', 'takes', ''],
      Object.entries(caseNotes).map(([key, takes]) => [
        `\`${key}\`${key === 'expect' ? ' (required)' : ''}`,
        takes,
        says[key as keyof typeof says],
      ]),
    ),
    'A value is written in any form that its column’s [type](types.md) accepts, in quotes or not; times without a zone are in the project’s, lists and maps are YAML, JSON is YAML or JSON text, NULL is `null` or `~`. A column that a row does not name is NULL, in `given` and in `expect`; rules and NOT NULL of contracts are not asked, and columns that partitions add (`_day`) are made from their time.',
    'Rows are compared as a whole and without their order, as often as they occur; where the SELECT itself ends with ORDER BY, in that order. Doubles are compared in 12 digits, floats in 6, JSON without the order of its keys. An incremental or merge model is tested as what it must always equal: its SELECT over all rows of its inputs.',
    'A failed test shows the rows that are `missing`, `extra`, and those of which some cells are others (`expected`, and `got` with just these cells), each with its line; in NDJSON a line a test. Exit status 1 where a test fails, 2 where one cannot be run.',
  ]
}

/** A test as JSON Schema. */
export function testSchema(): Page {
  return schemaPage('model-test.schema.json', 'A test of a Millrace model', caseShape, says)
}
