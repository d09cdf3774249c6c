import { expect, test } from 'vitest'
import type { Access } from '../../src/project/server-settings.ts'
import { Gate } from '../../src/server/access.ts'
import { ChangeFeed } from '../../src/server/change-feed.ts'
import { Metrics } from '../../src/server/metrics.ts'
import { RateLimit } from '../../src/server/rate-limit.ts'
import { routesOf } from '../../src/server/routes.ts'
import { context } from '../cli/project-folder.ts'
import { doorsOf, nobody, serve } from './harness.ts'

const access: Access = {
  admin: ['the-admin'],
  write: [{ name: 'web', token: 'in-a-page', streams: 'all', origins: [] }],
  read: [
    { name: 'board', token: 'for-tables', tables: ['events'], dashboards: [] },
    { name: 'wall', token: 'for-boards', tables: [], dashboards: ['shop'] },
  ],
}

const tokens = { nobody: undefined, write: 'in-a-page', tables: 'for-tables', boards: 'for-boards', admin: 'the-admin' }

type Who = keyof typeof tokens

const everybody: readonly Who[] = ['nobody', 'write', 'tables', 'boards', 'admin']
const readers: readonly Who[] = ['tables', 'boards', 'admin']
const tableReaders: readonly Who[] = ['tables', 'admin']
const admins: readonly Who[] = ['admin']
const writers: readonly Who[] = ['write', 'admin']

/** Who gets through to each route; a new one needs a row here. What a token sees there is told by the tests of the route. */
const rows: Readonly<Record<string, readonly Who[]>> = {
  'POST /v1/streams/:name': writers,
  'POST /v1/query': tableReaders,
  'GET /v1/lookup/:table/:key': tableReaders,
  'GET /v1/tables': tableReaders,
  'GET /v1/tables/:name': tableReaders,
  'GET /v1/tables/:name/files': tableReaders,
  'GET /v1/streams': tableReaders,
  'GET /v1/streams/:name/events': tableReaders,
  'GET /v1/rejects': tableReaders,
  'POST /v1/rejects/:stream': admins,
  'GET /v1/models': tableReaders,
  'GET /v1/models/staleness': tableReaders,
  'GET /v1/models/checks': tableReaders,
  'GET /v1/models/tests': tableReaders,
  'POST /v1/models/tests': admins,
  'GET /v1/models/:name/builds': tableReaders,
  'POST /v1/models/:name/build': admins,
  'GET /v1/runs': admins,
  'POST /v1/runs': admins,
  'GET /v1/runs/:id': admins,
  'DELETE /v1/runs/:id': admins,
  'GET /v1/ledger': admins,
  'GET /v1/dashboards': readers,
  'GET /v1/dashboards/:name': readers,
  'POST /v1/dashboards/:name/tabs/:tab': readers,
  'POST /v1/dashboards/:name/tiles/:tile/rows': readers,
  'POST /v1/dashboards/:name/tiles/:tile/csv': readers,
  'GET /v1/dashboards/:name/filters/:filter': readers,
  'GET /v1/session': everybody,
  'POST /v1/session': everybody,
  'DELETE /v1/session': everybody,
  'GET /v1/changes': readers,
  // and a token for all tables
  'GET /metrics': admins,
  'GET /healthz': everybody,
  'GET /readyz': everybody,
  'POST /v1/uploads': admins,
  'POST /v1/uploads/:id/parts': admins,
  'POST /v1/uploads/:id/table': admins,
  'GET /v1/uploads/:id': admins,
  'DELETE /v1/uploads/:id': admins,
  // by the write keys of their own sources, which are no tokens
  ...Object.fromEntries(
    ['track', 'identify', 'page', 'screen', 'group', 'alias', 'batch', 'import', 't', 'i', 'p', 's', 'g', 'a', 'b'].map(
      (word) => [`POST /v1/${word}`, everybody] as const,
    ),
  ),
  'GET /v1/projects/:key/settings': everybody,
  'GET /v1/demo': readers,
  'POST /v1/demo/plug': admins,
}

const tracking = [{ kind: 'tracking', into: 'tracks', key: 'in-an-app' }] as const
const demo = { state: () => ({ plug: 'in', restarts: 0 }) as never, pull: () => undefined }

function routes(): readonly string[] {
  const doors = doorsOf({ tracking })
  const feed = new ChangeFeed(doors, context)
  const gate = new Gate(nobody, Date.now)
  const all = routesOf({ doors, gate, feed, metrics: new Metrics(), rates: new RateLimit(Date.now), demo })
  feed.close()
  return all.map(({ method, path }) => `${method} ${path}`)
}

test('each route has a row that says for whom it is', () => {
  expect(Object.keys(rows).toSorted()).toEqual(routes().toSorted())
})

test.each(Object.keys(tokens) as Who[])(
  '%s: let through where it should be, and refused with a code elsewhere',
  async (who) => {
    const { server } = await serve({ access, demo, doors: { tracking } })
    const through: string[] = []
    for (const route of Object.keys(rows)) {
      const [method = '', path = ''] = route.split(' ')
      const token = tokens[who]
      const ending = new AbortController()
      const answer = await fetch(server.url + path.replaceAll(/:\w+/g, 'x'), {
        method,
        signal: ending.signal,
        ...(method === 'POST' && { body: '{}' }),
        ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
      })
      const isRefused = answer.status === 401 || answer.status === 403
      const { code } = isRefused ? ((await answer.json()) as { readonly code: string }) : { code: '' }
      // what is told for ever is not read to its end
      ending.abort()
      if (code !== 'TOKEN_MISSING' && code !== 'TOKEN_REFUSED') through.push(route)
    }
    expect(through).toEqual(Object.keys(rows).filter((route) => rows[route]?.includes(who)))
  },
)
