import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { MillraceError } from '../../src/core/errors.ts'
import { assertFree } from '../../src/server/address.ts'

const session = { access: 'none', token: null, tables: null, dashboards: null, project: null, timezone: null }

/** Answers with this text at a port. */
async function listening(text: string): Promise<number> {
  const server = createServer((_, response) => response.end(text)).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

test.each([
  ['another program', 'hello'],
  ['another program', '{"access":"none"}'],
  ['the server of a Millrace project', JSON.stringify(session)],
  ['the server of the project `shop`', JSON.stringify({ ...session, access: 'local', project: 'shop' })],
  ['the demo of the project `shop`', JSON.stringify({ ...session, access: 'local', project: 'shop', demo: true })],
])('a port is taken by %s, where %s is answered', async (holder, text) => {
  const port = await listening(text)
  const refused = await assertFree('127.0.0.1', port).catch((error: MillraceError) => error)
  expect(refused).toMatchObject({ code: 'ADDRESS_TAKEN', fields: { host: '127.0.0.1', port, holder } })
  const free = Number((refused as MillraceError).fields['free'])
  expect(free).toBeGreaterThan(port)
  await assertFree('127.0.0.1', free)
})

test('who says nothing is another program', async () => {
  const server = createServer(() => undefined).listen(0, '127.0.0.1')
  onTestFinished(() => server.closeAllConnections() ?? void server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await expect(assertFree('127.0.0.1', port)).rejects.toMatchObject({ fields: { holder: 'another program' } })
})

test('a port that is none, and an address of another machine, are refused as such', async () => {
  await expect(assertFree('127.0.0.1', 70_000)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' })
  await expect(assertFree('203.0.113.1', 4300)).rejects.toMatchObject({
    code: 'ADDRESS_REFUSED',
    message: 'nothing can listen on 203.0.113.1:4300 here: EADDRNOTAVAIL',
  })
})
