/** The peer of `lookup`: a server that finds JSON texts in a map, by the last part of a path. Argument: how many. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { customerText } from './customers.ts'

const rows = new Map<string, string>()
const many = Number(process.argv[2])
for (let at = 0; at < many; at++) rows.set(customerText(at, many).id, JSON.stringify(customerText(at, many)))

const server = createServer(({ url = '' }, response) => {
  response.setHeader('content-type', 'application/json; charset=utf-8')
  response.end(rows.get(url.slice(url.lastIndexOf('/') + 1)))
})
server.listen(0, '127.0.0.1', () => {
  console.log(`listens on http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
process.on('SIGTERM', () => process.exit(0))
