/**
 * Sends shop events to a server for some seconds: url, connections, requests sent at once on each, events a request,
 * seconds, events a second (0: as fast as it goes).
 */
import { idMaker, makeRequests } from './event-bodies.ts'
import { sendLanes, type Waits } from './lanes.ts'

export interface Sent extends Omit<Waits, 'ms'> {
  readonly events: number
}

const [url = '', ...given] = process.argv.slice(2)
const [connections, depth, perRequest, seconds, perSecond] = given.map(Number) as [
  number,
  number,
  number,
  number,
  number,
]
const { host, pathname: path } = new URL(url)
const putId = idMaker()
const everyMs = perSecond > 0 ? (1000 * connections * depth * perRequest) / perSecond : 0
const { ms: _, ...waits } = await sendLanes({ url, connections, depth, seconds, everyMs }, () =>
  makeRequests({ host, path }, depth, perRequest, putId),
)
const sent: Sent = { ...waits, events: waits.requests * perRequest }
console.log(JSON.stringify(sent))
