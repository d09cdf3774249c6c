/** The peer of `ingest`: a server that appends bodies to a file in groups, syncs, and answers. It looks into none. */
import { fdatasync, openSync, write } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

const file = openSync(process.argv[2] ?? '', 'a')
let waiting: { readonly body: Buffer; readonly response: ServerResponse }[] = []
let isWriting = false

function drain(): void {
  if (isWriting || waiting.length === 0) return
  isWriting = true
  const group = waiting
  waiting = []
  const done = (error: Error | null): void => {
    if (error) throw error
    isWriting = false
    for (const { response } of group) response.end('{}')
    drain()
  }
  write(file, Buffer.concat(group.map(({ body }) => body)), (error) => (error ? done(error) : fdatasync(file, done)))
}

const server = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    waiting.push({ body: Buffer.concat(parts), response })
    drain()
  })
})
server.listen(0, '127.0.0.1', () => {
  console.log(`listens on http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
process.on('SIGTERM', () => process.exit(0))
