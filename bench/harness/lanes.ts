import { connect } from 'node:net'

/** Requests that are sent at once over one socket. */
export interface Batch {
  readonly bytes: Buffer
  /** Makes other requests of the same length of them. */
  renew(): void
}

export interface Waits {
  /** Of each batch, from its first byte to its last answer. */
  readonly ms: readonly number[]
  readonly requests: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly cpuSeconds: number
}

export interface Lanes {
  readonly url: string
  readonly connections: number
  /** Requests of a batch. */
  readonly depth: number
  readonly seconds: number
  /** Between the batches of a socket; 0: as fast as it goes. */
  readonly everyMs: number
}

/** Sends batches over sockets for some seconds, one at least; each waits for its answers. Throws for any that is not 200. */
export async function sendLanes(lanes: Lanes, make: () => Batch): Promise<Waits> {
  const ms: number[] = []
  const started = performance.now()
  const until = started + lanes.seconds * 1000
  await Promise.all(Array.from({ length: lanes.connections }, () => lane(lanes, make(), until, ms)))
  const seconds = (performance.now() - started) / 1000
  const sorted = ms.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  const { user, system } = process.cpuUsage()
  const requests = ms.length * lanes.depth
  return { ms, requests, seconds, p50Ms: at(0.5), p99Ms: at(0.99), cpuSeconds: (user + system) / 1e6 }
}

function lane({ url, depth, everyMs }: Lanes, batch: Batch, until: number, ms: number[]): Promise<void> {
  const { port, hostname } = new URL(url)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const socket = connect(Number(port), hostname)
  socket.setNoDelay(true)
  let [rounds, waiting, sentAt, due] = [0, 0, 0, performance.now() + Math.random() * everyMs]
  const send = (): void => {
    due += everyMs
    rounds++
    batch.renew()
    waiting = depth
    sentAt = performance.now()
    socket.write(batch.bytes)
  }
  const next = (): void => {
    const now = performance.now()
    if (now >= until && rounds > 0) {
      socket.end()
      resolve()
    } else if (due > now) setTimeout(send, due - now)
    else send()
  }
  let rest = ''
  socket.on('data', (chunk) => {
    rest += chunk.toString('latin1')
    for (let end = answerEnd(rest); end > 0; end = answerEnd(rest)) {
      if (!rest.startsWith('HTTP/1.1 200')) reject(new Error(rest.slice(0, 600)))
      rest = rest.slice(end)
      waiting--
      if (waiting > 0) continue
      ms.push(performance.now() - sentAt)
      next()
    }
  })
  socket.on('error', reject)
  socket.on('connect', next)
  return promise
}

/** After the first answer of a text; 0 as long as it is not whole. */
function answerEnd(text: string): number {
  const head = text.indexOf('\r\n\r\n')
  if (head < 0) return 0
  const length = /content-length: (\d+)/i.exec(text.slice(0, head))?.[1]
  const end = head + 4 + Number(length ?? 0)
  return end <= text.length ? end : 0
}
