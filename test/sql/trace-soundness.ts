import type { DuckDBConnection } from '@duckdb/node-api'
import { name } from '../../src/sql/text.ts'
import { type Condition, type Draw, labelOf, restricted, rowsOf, type Subject, wantedOf } from './trace-world.ts'

/** What is wrong with a trace, held against the rows of the connection's tables: a text that names it; undefined where it holds. */
export async function unsoundOver(
  connection: DuckDBConnection,
  subject: Subject,
  draw: Draw,
): Promise<string | undefined> {
  const whole = restricted(subject)
  const labels = await labelsOf(connection, subject, whole)
  // each part alone, and two at once, as a build does
  const parts = labels.map((label) => [label])
  if (labels.length > 1) parts.push([labels[draw(labels.length)] as Label, labels[draw(labels.length)] as Label])
  for (const part of parts) {
    const inside = insideOf(subject, part)
    const of = (rows: string) => `SELECT * FROM (${rows}\n) WHERE ${inside(wantedOf(subject))}`
    const expected = await rowsOf(connection, of(whole))
    const found = await rowsOf(connection, of(restricted(subject, inside)))
    if (expected.join('\n') !== found.join('\n'))
      return `part ${part.join(' and ')}: ${found.join(' ')} instead of ${expected.join(' ')}`
  }
  return changeElsewhere(connection, subject, draw)
}

/** A label as SQL. */
type Label = string

function insideOf(subject: Subject, part: readonly Label[]): Condition {
  return (told) => `(${part.map((label) => `${labelOf(subject, told)} IS NOT DISTINCT FROM ${label}`).join(' OR ')})`
}

/** Every label that the result has or that a row of a traced input has, and one that none has. */
async function labelsOf(connection: DuckDBConnection, subject: Subject, whole: string): Promise<readonly Label[]> {
  const sources = [
    `SELECT CAST(${labelOf(subject, wantedOf(subject))} AS VARCHAR) AS label FROM (${whole}\n)`,
    ...subject.trace.occurrences.flatMap(({ name: input, traced }) =>
      traced
        ? [
            `SELECT CAST(${labelOf(
              subject,
              traced.map(({ sql }) => sql.text),
            )} AS VARCHAR) FROM ${name(input).text}`,
          ]
        : [],
    ),
  ]
  const rows = (
    await connection.runAndReadAll(`SELECT DISTINCT label FROM (${sources.join(' UNION ALL ')}) AS x(label)`)
  ).getRows()
  const typed = (label: string) =>
    subject.options.grain
      ? `TIMESTAMP '${label}'`
      : `CAST('${label.replaceAll("'", "''")}' AS ${`STRUCT(${subject.wanted.map((_, at) => `k${at} VARCHAR`).join(', ')})`})`
  const found = rows.map(([label]) => (label === null ? 'NULL' : typed(String(label))))
  return subject.options.grain ? [...found, "TIMESTAMP '2020-01-01'"] : found
}

/** One row of a traced input is taken away: the result may change in that row's part alone. */
async function changeElsewhere(
  connection: DuckDBConnection,
  subject: Subject,
  draw: Draw,
): Promise<string | undefined> {
  const { occurrences } = subject.trace
  const inputs = [...new Set(occurrences.map((each) => each.name))].filter((input) =>
    occurrences.every((each) => each.name !== input || each.traced),
  )
  const input = inputs[draw(inputs.length)]
  if (input === undefined) return undefined
  const table = name(input).text
  const [count] = (await connection.runAndReadAll(`SELECT count(*) FROM ${table}`)).getRows()[0] ?? []
  if (count === 0n) return undefined
  const gone = `rowid = ${draw(Number(count))}`
  const labels = occurrences.flatMap(({ name: each, traced }) =>
    traced && each === input
      ? [
          `CAST(${labelOf(
            subject,
            traced.map(({ sql }) => sql.text),
          )} AS VARCHAR)`,
        ]
      : [],
  )
  const own = (await connection.runAndReadAll(`SELECT ${labels.join(', ')} FROM ${table} WHERE ${gone}`)).getRows()[0]
  const label = `CAST(${labelOf(subject, wantedOf(subject))} AS VARCHAR)`
  const elsewhere = (own ?? []).map(
    (each) => `${label} IS DISTINCT FROM ${each === null ? 'NULL' : `'${String(each).replaceAll("'", "''")}'`}`,
  )
  const asked = `SELECT * FROM (${restricted(subject)}\n) WHERE ${elsewhere.join(' AND ')}`
  const before = await rowsOf(connection, asked)
  await connection.run(`BEGIN; DELETE FROM ${table} WHERE ${gone}`)
  const after = await rowsOf(connection, asked)
  await connection.run('ROLLBACK')
  if (before.join('\n') === after.join('\n')) return undefined
  return `without ${gone} of ${input}: ${after.join(' ')} instead of ${before.join(' ')}`
}
