import { once } from 'node:events'
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A way to a server: the answer to the first POST is lost on it, the second is refused, and then all goes well. */
export async function badWay(
  to: string,
): Promise<{ readonly url: string; readonly retries: () => readonly unknown[] }> {
  let count = 0
  const retries: unknown[] = []
  const way = createServer((incoming, outgoing) => {
    const { method = '', headers, url = '' } = incoming
    const turn = method === 'POST' ? count++ : Number.POSITIVE_INFINITY
    if (method === 'POST') retries.push(headers['x-retry-count'])
    if (turn === 1) {
      incoming.resume()
      outgoing.writeHead(503).end()
      return
    }
    const onward = request(new URL(url, to), { method, headers }, (answer: IncomingMessage) => {
      if (turn === 0) answer.resume().on('end', () => incoming.socket.destroy())
      else answer.pipe(outgoing.writeHead(answer.statusCode ?? 500, answer.headers))
    })
    incoming.pipe(onward)
  })
  way.listen(0, '127.0.0.1')
  await once(way, 'listening')
  onTestFinished(() => void way.close())
  return { url: `http://127.0.0.1:${(way.address() as AddressInfo).port}`, retries: () => retries }
}
