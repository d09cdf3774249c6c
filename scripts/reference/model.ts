import { headerNotes, headerShape } from '../../src/models/definition/header-shape.ts'
import { testsSection } from './model-tests.ts'
import { code, type Page, page, table } from './page.ts'
import { schemaPage } from './schema.ts'

const example = `/*
description: Revenue by day and product
kind: incremental
time: day
grain: day
partition: [day]
columns: { revenue: { description: What was paid, unit: USD } }
checks:
  not_null: [day, product_id]
  unique: [[day, product_id]]
*/
SELECT CAST(event_time AS DATE) AS day, product_id, sum(price) AS revenue
FROM events
WHERE event_type = 'purchase'
GROUP BY ALL`

/** What a file of \`models/\` takes. */
export function modelPage(): Page {
  return page('model.md', 'Models', [
    'A model is a file `models/**/<name>.sql`: one SELECT, which becomes a view or a table of that name. What it reads is told from the SQL: streams, tables and external tables of the project, and other models; names compare without case. A model shares its name space with streams and tables, whatever folder its file lies in; files whose names begin with a dot, and files that do not end in `.sql`, are no models.',
    code(example, 'sql'),
    'A leading block comment is the header, in YAML; without one the model is a view. Every mistake is an error with its line: an unknown key or column, a key that another kind has, SQL that the project’s tables do not answer. [model.schema.json](model.schema.json) is the header’s JSON Schema.',
    table(
      ['key', 'kinds', 'takes', ''],
      Object.entries(headerNotes).map(([key, { kinds, required, takes, says }]) => [
        `\`${key}\``,
        `${kinds?.join(', ') ?? 'all'}${required ? ' (required)' : ''}`,
        takes,
        says,
      ]),
    ),
    '## Columns',
    'Every output column has a name of its own, given with AS where it is not that of a column; names that begin with `_` are Millrace’s own, and only views hand them on (`SELECT * EXCLUDE (_file)`). The types are those of [columns](types.md), as DuckDB derives them from the inputs’ columns: a hugeint (the sum of integers) is stored as a bigint, and a value beyond it fails the build; the sum of decimals is a decimal(38,s). Every other type is an error that names the substitute: a timestamp without a zone is told its zone with `AT TIME ZONE`, or cast to a date.',
    '## What makes a model anew',
    'A model is stale when the rows of its inputs have changed, or its own fingerprint: the tree of its SQL, its kind, time, grain, key, partition, lookback and lookahead, its output columns, and the views that it reads. Spaces, comments, descriptions and checks are no part of it.',
    '## The clock',
    '`now()`, `current_date` and the like are the moment of the question in a view, and the start of the build in a table: a table is as of its build, and time that passes does not make it stale. In incremental and merge models they are refused, as is everything else that does not say the same of the same rows each time.',
    '## Choosing models: `--select`',
    table(
      ['word', 'models'],
      [
        ['`a`', 'this one'],
        ['`+a`', 'and all that it reads, whatever is between'],
        ['`a+`', 'and all that read it'],
        ['`+a+`', 'both'],
        ['`events+`', 'all that read this stream or table'],
        ['`changed`', 'those whose fingerprint is not that of what was built; `changed+` with all that read them'],
      ],
    ),
    'Several words, also with commas, are one selection.',
    ...testsSection(),
  ])
}

/** The header as JSON Schema. */
export function modelSchema(): Page {
  const says = Object.fromEntries(Object.entries(headerNotes).map(([key, note]) => [key, note.says]))
  return schemaPage('model.schema.json', 'The header of a Millrace model', headerShape, says)
}
