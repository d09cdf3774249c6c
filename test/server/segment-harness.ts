import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { collect } from '../../src/engines/rows.ts'
import { openLive } from '../../src/project/live.ts'
import { openProject } from '../../src/project/open.ts'
import type { Access } from '../../src/project/server-settings.ts'
import { query } from '../../src/query/query.ts'
import { openBuilds } from '../../src/server/builds.ts'
import { projectDoors } from '../../src/server/doors.ts'
import { openUploads } from '../../src/server/uploads.ts'
import { context } from '../cli/project-folder.ts'
import { tempFolder } from '../temp-folder.ts'
import { nobody, serve } from './harness.ts'

export const shop = `import { defineProject, stream, tracking } from 'millrace'
export default defineProject({
  name: 'shop',
  streams: {
    orders: stream({
      columns: { id: 'uuid', placed_at: 'timestamptz', user_id: 'varchar', total: 'decimal(12,2) not null', currency: 'varchar' },
      id: 'id',
      time: 'placed_at',
    }),
  },
  sources: {
    web: tracking({ into: 'tracks', routes: { 'Order Completed': 'orders' }, key: 'web1', origins: ['https://shop.example'] }),
    backend: tracking({ into: 'tracks', key: ['back1', 'back2'] }),
  },
})
`

/** A real server over a project; what it is given is looked at by SQL. Close it before the folder is opened again. */
export async function serveProject({
  config = shop,
  access = nobody,
  dir,
  now = Date.now,
}: {
  readonly config?: string
  readonly access?: Access
  readonly dir?: string
  readonly now?: () => number
} = {}) {
  const folder = dir ?? (await tempFolder())
  writeFileSync(join(folder, 'millrace.config.ts'), config)
  await using opening = new AsyncDisposableStack()
  const project = opening.use(await openProject(folder, { access: 'write', command: 'test' }))
  const live = opening.use(await openLive(project, context))
  const builds = opening.use(openBuilds(live, {}, context))
  const uploads = opening.use(await openUploads(live, {}, context))
  const doors = projectDoors(project, live, builds, uploads)
  const { server, call } = await serve({ doors, access, context: { ...context, now } })
  opening.defer(() => server.stop())
  const closing = opening.move()
  const ask = async (sql: string): Promise<readonly (readonly unknown[])[]> =>
    collect(await query(await live.catalog(context), project.lake.engine, sql, live.freezing, context))
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    call(path, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { authorization: `Basic ${btoa('web1:')}`, 'content-type': 'application/json', ...headers },
    })
  return { url: server.url, folder, live, ask, post, call, [Symbol.asyncDispose]: () => closing.disposeAsync() }
}
