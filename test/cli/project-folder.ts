import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseColumn } from '../../src/core/columns.ts'
import type { Context } from '../../src/core/context.ts'
import { createTable } from '../../src/lake/create.ts'
import { append } from '../../src/lake/write.ts'
import { openProject } from '../../src/project/open.ts'
import { tempFolder } from '../temp-folder.ts'

const config = `import { defineProject, files, stream, table } from 'millrace'

export default defineProject({
  name: 'shop',
  streams: {
    events: stream({
      columns: { at: 'timestamptz not null', type: 'varchar', price: 'decimal(12,2)', user_id: 'bigint' },
      time: 'at',
      rules: { known_type: "type IN ('view', 'cart', 'purchase')" },
    }),
  },
  tables: { customers: table({ columns: { id: 'bigint not null', name: 'varchar' }, key: 'id' }) },
  sources: { history: files('data/*.csv', { into: 'events' }) },
})
`

export const context: Context = { signal: new AbortController().signal, emit: () => undefined, now: Date.now }

/** A project with one file of three events, one of them of an unknown type. */
export async function projectFolder(): Promise<string> {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'millrace.config.ts'), config)
  mkdirSync(join(dir, 'data'))
  writeFileSync(
    join(dir, 'data/events.csv'),
    'at,type,price,user_id\n2026-01-05T09:00:00Z,view,9.90,1\n2026-01-05T09:01:00Z,purchase,9.90,1\n2026-01-06T10:00:00Z,vew,1.50,2\n',
  )
  return dir
}

/** Two versions of a table that the project does not declare: three rows, then a fourth. */
export async function makeOrders(dir: string): Promise<void> {
  await using project = await openProject(dir, { access: 'write', command: 'test' })
  const { lake } = project
  const columns = [parseColumn('id', 'bigint not null'), parseColumn('city', 'varchar')]
  await createTable(lake, 'orders', { columns }, context)
  const rows = (sql: string) => append(lake, 'orders', { sql, from: {} }, {}, context)
  await rows("SELECT * FROM (VALUES (1::BIGINT, 'Tijuana'), (2, '東京'), (3, NULL)) AS rows(id, city)")
  await rows("SELECT 4::BIGINT AS id, 'Nogales' AS city")
}
