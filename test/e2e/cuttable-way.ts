import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A way to a server that can be cut, and that counts who listens for changes. */
export async function cuttableWay(target: string) {
  const state = { cut: false, listening: 0, most: 0 }
  const way = createServer((asked, answer) => {
    if (state.cut) return void answer.destroy()
    const isListening = asked.url === '/v1/changes'
    if (isListening) state.most = Math.max(state.most, ++state.listening)
    const { method, headers } = asked
    const passed = request(target + asked.url, { method, headers }, (got) => {
      answer.writeHead(got.statusCode ?? 0, got.headers)
      got.pipe(answer)
    })
    passed.on('error', () => answer.destroy())
    answer.on('close', () => {
      passed.destroy()
      if (isListening) state.listening--
    })
    asked.pipe(passed)
  })
  await new Promise<void>((resolve) => way.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    way.closeAllConnections()
    way.close()
  })
  const cut = () => {
    state.cut = true
    way.closeAllConnections()
  }
  const mend = () => {
    state.cut = false
  }
  return { url: `http://127.0.0.1:${(way.address() as AddressInfo).port}`, state, cut, mend }
}
