import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadProject } from '../../src/project/load.ts'
import { tempFolder } from '../temp-folder.ts'

const web = 'web-web-web-web-web'
const board = 'board-board-board-board'

async function load(server: string, more = '') {
  const dir = await tempFolder()
  const config = `import { defineProject, stream } from 'millrace'
export default defineProject(({ env }) => ({
  name: 'shop',
  streams: { events: stream({ columns: { id: 'uuid', at: 'timestamptz' }${more} }), orders: stream({ columns: { id: 'uuid' } }) },
  server: ${server},
}))
`
  writeFileSync(join(dir, 'millrace.config.ts'), config)
  return loadProject(dir, { variables: { WEB_KEY: web, BOARD: board } })
}

test('tokens, what they are for, and limits', async () => {
  const { server } = await load(`{
    tokens: {
      admin: ['admin-admin-admin-admin'],
      write: {
        web: { key: env('WEB_KEY'), streams: ['events'], origins: ['https://shop.example', 'http://localhost:3000'] },
        till: { key: 'till-till-till-till', streams: 'all', requestsPerSecond: 5 },
      },
      read: { board: { token: env('BOARD'), tables: ['events', 'daily'] } },
    },
    requestsPerSecond: 100,
    bodyBytes: 1000,
  }`)
  expect(server).toEqual({
    access: {
      admin: ['admin-admin-admin-admin'],
      write: [
        {
          name: 'web',
          token: web,
          streams: ['events'],
          origins: ['https://shop.example', 'http://localhost:3000'],
          requestsPerSecond: 100,
        },
        { name: 'till', token: 'till-till-till-till', streams: 'all', origins: [], requestsPerSecond: 5 },
      ],
      read: [{ name: 'board', token: board, tables: ['events', 'daily'], dashboards: [], requestsPerSecond: 100 }],
    },
    bodyBytes: 1000,
  })
  expect((await load('undefined')).server).toEqual({ access: { admin: [], write: [], read: [] } })
})

test.each([
  ['{ token: {} }', 'CONFIG_UNKNOWN_NAME', 'there is no setting `token`'],
  ['{ tokens: { reed: {} } }', 'CONFIG_UNKNOWN_NAME', 'there is no kind of token `reed`'],
  ["{ tokens: { admin: 'x' } }", 'CONFIG_INVALID', 'admin takes a list'],
  ["{ tokens: { admin: ['short-secret'] } }", 'CONFIG_INVALID', 'at least 16 characters'],
  ["{ tokens: { admin: ['has a space, which no header has'] } }", 'CONFIG_INVALID', 'without spaces'],
  [
    "{ tokens: { admin: [env('BOARD')], read: { board: { token: env('BOARD'), tables: 'all' } } } }",
    'CONFIG_INVALID',
    'this token is that of admin too',
  ],
  ["{ tokens: { write: { web: { streams: 'all' } } } }", 'CONFIG_INVALID', 'key is missing'],
  ["{ tokens: { write: { web: { key: env('WEB_KEY') } } } }", 'CONFIG_INVALID', 'streams is missing'],
  [
    "{ tokens: { write: { web: { key: env('WEB_KEY'), streams: ['event'] } } } }",
    'CONFIG_UNKNOWN_NAME',
    'there is no stream `event`',
  ],
  [
    "{ tokens: { write: { web: { key: env('WEB_KEY'), streams: 'all', origins: ['https://shop.example/'] } } } }",
    'CONFIG_INVALID',
    'write `https://shop.example`',
  ],
  [
    "{ tokens: { write: { web: { key: env('WEB_KEY'), streams: 'all', origins: ['shop'] } } } }",
    'CONFIG_INVALID',
    '`shop` is no origin',
  ],
  ["{ tokens: { read: { board: { token: env('BOARD') } } } }", 'CONFIG_INVALID', 'tables is missing'],
  ["{ tokens: { read: { board: { token: env('NONE'), tables: 'all' } } } }", 'ENV_MISSING', 'NONE'],
  ['{ requestsPerSecond: 0 }', 'CONFIG_INVALID', 'a whole number from 1'],
  ["{ bodyBytes: '16 MB' }", 'CONFIG_INVALID', 'a whole number from 1'],
])('%s is refused, and no secret is told', async (server, code, says) => {
  const refused = await load(server).catch((error: unknown) => error)
  expect(refused).toMatchObject({ code, message: expect.stringContaining(says) })
  const { message, hint } = refused as { message: string; hint: string }
  expect(message + hint).not.toMatch(/web-web|board-board|short-secret|has a space,/)
})

test('a name that is meant is told', async () => {
  const given = "{ tokens: { write: { web: { key: env('WEB_KEY'), streams: ['evnts'] } } } }"
  await expect(load(given)).rejects.toMatchObject({ hint: 'did you mean `events`?' })
})

const [day, hour] = [86_400_000, 3_600_000]

test.each([
  ['', undefined],
  [", time: 'at'", { pastMs: 400 * day, aheadMs: day }],
  [", time: 'at', times: { past: '2 years' }", { pastMs: 730.5 * day, aheadMs: day }],
  [", time: 'at', times: { past: 'any', future: '1 hour' }", { pastMs: Infinity, aheadMs: hour }],
  [", time: 'at', times: 'any'", { pastMs: Infinity, aheadMs: Infinity }],
])('times of a stream: %s', async (more, times) => {
  const { targets } = await load('{}', more)
  expect(targets.get('events')?.times).toEqual(times)
})

test.each([
  [", times: 'any'", 'CONFIG_INVALID', 'name it with `time`'],
  [", time: 'at', times: { past: 'long' }", 'CONFIG_INVALID', 'past takes a time as `400 days`'],
  [", time: 'at', times: { past: 5 }", 'CONFIG_INVALID', 'past takes a time'],
  [", time: 'at', times: { ago: '5 days' }", 'CONFIG_UNKNOWN_NAME', 'there is no setting `ago`'],
])('times of a stream that are refused: %s', async (more, code, says) => {
  await expect(load('{}', more)).rejects.toMatchObject({ code, message: expect.stringContaining(says) })
})
