import { expect, test } from 'vitest'
import { parseColumn } from '../../src/core/columns.ts'
import { collect } from '../../src/engines/rows.ts'
import { createTable } from '../../src/lake/create.ts'
import { stage } from '../../src/lake/stage.ts'
import { engine } from '../engines/harness.ts'
import { tempFolder } from '../temp-folder.ts'
import { context } from './log-lake.ts'
import { tableLake } from './table-lake.ts'

const duckdb = await engine(400_000_000)

/** What the files of a query hold, as text, in a table with a UUID, JSON, and a list of UUIDs. */
async function stored(sql: string, options: { readonly checked?: boolean }) {
  const lake = tableLake(await tempFolder(), duckdb)
  const columns = [parseColumn('u', 'uuid'), parseColumn('j', 'json'), parseColumn('l', 'uuid[]')]
  const snapshot = await createTable(lake, 't', { columns: [...columns], partitionBy: [] }, context)
  const { adds } = await stage(lake, snapshot, { sql, from: {} }, context, options)
  const paths = adds.map(({ path }) => `${lake.root}/t/${path}`)
  const texts = [parseColumn('u', 'varchar'), parseColumn('j', 'varchar'), parseColumn('l', 'varchar[]')]
  const files = { kind: 'files', format: { name: 'parquet' }, paths, columns: texts } as const
  const rows = await collect(await duckdb.run({ sql: 'SELECT u, j, l[1] FROM files', from: { files } }, context))
  return { rows, stats: adds.map((file) => JSON.parse(file.stats ?? '').maxValues) }
}

const upper = '018F3A2B-1234-7000-8000-000000000001'
const lower = upper.toLowerCase()

test('text of a UUID is parsed, and stored as one is written', async () => {
  const { rows } = await stored(`SELECT '${upper}' AS u, '{"a": 1}' AS j, ['${upper}'] AS l`, {})
  expect(rows).toEqual([[lower, '{"a": 1}', lower]])
  await expect(stored(`SELECT 'no uuid' AS u`, {})).rejects.toMatchObject({ code: 'QUERY_FAILED' })
})

test('text that was checked is stored as it stands, with its statistics; a UUID becomes text', async () => {
  const checked = await stored(`SELECT '${upper}' AS u, '{"a": 1}' AS j, ['${upper}'] AS l`, { checked: true })
  expect(checked.rows).toEqual([[upper, '{"a": 1}', upper]])
  expect(checked.stats).toEqual([expect.objectContaining({ u: upper })])
  const typed = await stored(`SELECT '${upper}'::UUID AS u, '[1]'::JSON AS j, ['${upper}'::UUID] AS l`, {
    checked: true,
  })
  expect(typed.rows).toEqual([[lower, '[1]', lower]])
})
