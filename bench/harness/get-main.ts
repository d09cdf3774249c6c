/**
 * Asks for paths that end in a number for some seconds: url, numbers (each is less), connections, requests sent at once
 * on each, seconds.
 */
import { randomInt } from 'node:crypto'
import { type Batch, sendLanes, type Waits } from './lanes.ts'

export type Got = Omit<Waits, 'ms'>

const [url = '', ...given] = process.argv.slice(2)
const [numbers, connections, depth, seconds] = given.map(Number) as [number, number, number, number]
const { host, pathname: path } = new URL(url)
const digits = String(numbers - 1).length

/** Numbers have zeros in front: all requests are of one length. */
function makeBatch(): Batch {
  const request = `GET ${path}${'0'.repeat(digits)} HTTP/1.1\r\nhost: ${host}\r\n\r\n`
  const bytes = Buffer.from(request.repeat(depth))
  const place = `GET ${path}`.length
  return {
    bytes,
    renew() {
      for (let at = 0; at < depth; at++)
        bytes.write(String(randomInt(numbers)).padStart(digits, '0'), at * request.length + place, 'latin1')
    },
  }
}

const { ms: _, ...got } = await sendLanes({ url, connections, depth, seconds, everyMs: 0 }, makeBatch)
console.log(JSON.stringify(got satisfies Got))
