import { connect } from 'node:net'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import type { IngestAnswer } from '../../src/api/ingest.ts'
import type { Access } from '../../src/project/server-settings.ts'
import type { Doors, IngestOptions } from '../../src/server/doors.ts'
import { type Server, type ServerOptions, startServer } from '../../src/server/server.ts'
import type { Views } from '../../src/server/views.ts'

export interface Ingested {
  readonly stream: string
  readonly body: string
  readonly options: IngestOptions
}

const unexpected = () => Promise.reject(new Error('this was not expected'))
export const noViews: Views = {
  tables: unexpected,
  table: unexpected,
  files: unexpected,
  streams: () => [],
  events: unexpected,
  rejects: unexpected,
  models: unexpected,
  staleness: unexpected,
  checks: unexpected,
  tests: unexpected,
  builds: unexpected,
  offsets: () => new Map(),
  versions: async () => new Map(),
  failing: async () => new Map(),
  sample: () => {},
}

export const nobody: Access = { admin: [], write: [], read: [] }

/** Doors that note what came through them, and of which some are given. */
export function doorsOf(given: Partial<Doors> = {}, came: Ingested[] = []): Doors {
  return {
    project: 'shop',
    timezone: 'UTC',
    async ingest(stream, body, options): Promise<IngestAnswer> {
      came.push({ stream, body: Buffer.from(body).toString(), options })
      return { accepted: 1, duplicates: 0, conflicts: 0, rejected: [] }
    },
    tracking: [],
    track: () => Promise.reject(new Error('no tracking was expected')),
    row: () => Promise.reject(new Error('no lookup was expected')),
    query: () => Promise.reject(new Error('no query was expected')),
    unfinished: async () => ({}),
    mend: () => Promise.reject(new Error('no mend was expected')),
    ledger: () => Promise.reject(new Error('no ledger was expected')),
    views: noViews,
    dashboards: {
      list: unexpected,
      definition: unexpected,
      tab: unexpected,
      rows: unexpected,
      csv: unexpected,
      sources: async () => 'all' as const,
      values: unexpected,
    },
    uploads: {
      begin: unexpected,
      take: unexpected,
      load: unexpected,
      get: () => {
        throw new Error('no upload was expected')
      },
      discard: unexpected,
    },
    builds: {
      start: unexpected,
      test: unexpected,
      ended: unexpected,
      cancel: unexpected,
      list: () => ({ runs: [], next: null }),
      get: () => {
        throw new Error('no run was expected')
      },
      underWay: () => [],
    },
    health: async () => ({ ready: true, waiting_for: [], refusing: [], alarms: [] }),
    ...given,
  }
}

/** A server over doors that note what came through them, and its log, line by line. */
export async function serve(given: Partial<Omit<ServerOptions, 'doors'>> & { readonly doors?: Partial<Doors> } = {}) {
  const came: Ingested[] = []
  const logged: string[] = []
  const doors = doorsOf(given.doors, came)
  const server: Server = await startServer({
    host: '127.0.0.1',
    port: 0,
    access: nobody,
    version: '1.2.3',
    log: pino({ level: 'info' }, { write: (line: string) => void logged.push(line) }),
    context: { now: Date.now, emit: () => {} },
    ...given,
    doors,
  })
  onTestFinished(() => server.stop())
  const call = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(server.url + path, init)
    const text = await response.text()
    return { status: response.status, headers: response.headers, json: text === '' ? undefined : JSON.parse(text) }
  }
  return { server, call, came, logged }
}

/** Sends bytes as they are, and answers all that comes back until the other side ends. */
export function raw(url: string, bytes: string | Uint8Array, { end = true } = {}): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    const socket = connect(Number(port), hostname, () => (end ? socket.end(bytes) : socket.write(bytes)))
    socket.on('data', (part) => parts.push(part))
    socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? undefined : reject(error)))
    socket.on('close', () => resolve(Buffer.concat(parts).toString()))
  })
}
