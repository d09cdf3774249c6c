import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import type { MillEvent } from '../../src/core/events.ts'
import { type LivePolicy, openLive } from '../../src/project/live.ts'
import { openProject } from '../../src/project/open.ts'
import type { Access } from '../../src/project/server-settings.ts'
import { openBuilds } from '../../src/server/builds.ts'
import type { FeedOptions } from '../../src/server/change-feed.ts'
import { projectDoors } from '../../src/server/doors.ts'
import { Metrics } from '../../src/server/metrics.ts'
import type { Pages } from '../../src/server/pages.ts'
import { startServer } from '../../src/server/server.ts'
import { openUploads } from '../../src/server/uploads.ts'
import { context } from '../cli/project-folder.ts'
import { tempFolder } from '../temp-folder.ts'
import { nobody } from './harness.ts'

/** The file of a project of one stream, `events`. */
export const oneStream = `import { defineProject, stream } from 'millrace'
export default defineProject({
  name: 'shop',
  streams: { events: stream({ columns: { id: 'varchar', n: 'bigint' }, id: 'id' }) },
})
`

interface ProjectServerOptions {
  readonly access?: Access
  readonly policy?: LivePolicy
  readonly metrics?: Metrics
  readonly feed?: FeedOptions
  readonly pages?: Pages
  /** The clock; that of the machine without it. */
  readonly now?: () => number
}

/** A server over a real project, closed after the test. */
export async function serveProject(
  files: Readonly<Record<string, string>>,
  { access = nobody, policy = {}, metrics = new Metrics(), feed, pages, now = Date.now }: ProjectServerOptions = {},
) {
  const dir = await tempFolder()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), text)
  }
  const stack = new AsyncDisposableStack()
  onTestFinished(() => stack.disposeAsync())
  const project = stack.use(await openProject(dir, { access: 'write', command: 'test' }))
  const own = { ...context, now, emit: (event: MillEvent) => metrics.note(event) }
  const live = stack.use(await openLive(project, own, policy))
  const builds = stack.use(openBuilds(live, {}, own))
  const uploads = stack.use(await openUploads(live, {}, own))
  const doors = projectDoors(project, live, builds, uploads)
  const log = pino({ level: 'silent' })
  const server = stack.use(
    await startServer({
      host: '127.0.0.1',
      port: 0,
      access,
      doors,
      version: '1',
      log,
      context: own,
      metrics,
      ...(feed && { feed }),
      ...(pages && { pages }),
    }),
  )
  const call = async (path: string, { token, ...init }: RequestInit & { readonly token?: string } = {}) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const response = await fetch(server.url + path, { headers, ...init })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, json: json(text) }
  }
  return { server, project, live, call }
}

function json(text: string) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
