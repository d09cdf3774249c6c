/**
 * Sends shop events to a server for some seconds, over sockets that each wait for the answers to what they have sent:
 * url, connections, requests sent at once on each, events a request, seconds, events a second (0: as fast as it goes).
 */
import { connect } from 'node:net'
import { idMaker, makeRequests, type Requests } from './event-bodies.ts'

export interface Sent {
  readonly events: number
  readonly requests: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly cpuSeconds: number
}

const [url = '', ...given] = process.argv.slice(2)
const [connections, depth, perRequest, seconds, perSecond] = given.map(Number) as [
  number,
  number,
  number,
  number,
  number,
]
const { host, hostname, port, pathname: path } = new URL(url)
const putId = idMaker()
const waits: number[] = []
let [events, requests] = [0, 0]

/** Sends until the time is over, once at least; each round waits for its answers. */
function lane(until: number, everyMs: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const socket = connect(Number(port), hostname)
  socket.setNoDelay(true)
  const batch: Requests = makeRequests({ host, path }, depth, perRequest, putId)
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
    let answered = 0
    for (let end = answerEnd(rest); end > 0; end = answerEnd(rest)) {
      if (!rest.startsWith('HTTP/1.1 200')) reject(new Error(rest.slice(0, 600)))
      rest = rest.slice(end)
      answered++
    }
    waiting -= answered
    requests += answered
    events += answered * perRequest
    if (answered > 0 && waiting === 0) {
      waits.push(performance.now() - sentAt)
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

const started = performance.now()
const everyMs = perSecond > 0 ? (1000 * connections * depth * perRequest) / perSecond : 0
await Promise.all(Array.from({ length: connections }, () => lane(started + seconds * 1000, everyMs)))
const took = (performance.now() - started) / 1000
waits.sort((a, b) => a - b)
const at = (share: number): number => waits[Math.min(waits.length - 1, Math.floor(waits.length * share))] ?? 0
const { user, system } = process.cpuUsage()
const sent: Sent = {
  events,
  requests,
  seconds: took,
  p50Ms: at(0.5),
  p99Ms: at(0.99),
  cpuSeconds: (user + system) / 1e6,
}
console.log(JSON.stringify(sent))
