import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ModelGraph } from '../../src/models/model.ts'
import { openModels } from '../../src/project/models.ts'
import { openProject } from '../../src/project/open.ts'
import { context } from '../cli/project-folder.ts'
import { tempFolder } from '../temp-folder.ts'

const config = `import { defineProject, external, stream, table } from 'millrace'

export default defineProject({
  name: 'shop',
  timezone: 'America/Hermosillo',
  streams: {
    events: stream({
      columns: {
        event_time: 'timestamptz not null', type: 'varchar', price: 'decimal(12,2)', user_id: 'bigint', score: 'double',
      },
      time: 'event_time',
    }),
    logs: stream({
      columns: { id: 'bigint', event_time: 'timestamptz', tags: 'varchar[]' },
      partitionBy: { day: 'event_time' },
    }),
  },
  tables: {
    customers: table({ columns: { id: 'bigint not null', name: 'varchar', born: 'date' }, key: 'id' }),
    prices: external('./prices'),
  },
})
`

/** A project with these files beside its `millrace.config.ts`: path → content. */
export async function modelFolder(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const dir = await tempFolder()
  for (const [path, text] of Object.entries({ 'millrace.config.ts': config, ...files })) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
  return dir
}

/** The models of a project's folder. */
export async function bound(dir: string): Promise<ModelGraph> {
  await using project = await openProject(dir, { access: 'read', command: 'test' })
  return await openModels(project, context)
}

/** The models of a project with these files, and no others. */
export async function models(files: Readonly<Record<string, string | Uint8Array>>): Promise<ModelGraph> {
  return bound(await modelFolder(files))
}
