import { randomInt } from 'node:crypto'

/** HTTP requests of shop events in one buffer, sent at once; each time with ids that were never sent. */
export interface Requests {
  readonly bytes: Buffer
  readonly events: number
  /** Gives every event another id. */
  renew(): void
}

const words = {
  type: ['view', 'view', 'view', 'cart', 'purchase'],
  brand: ['runail', 'irisk', 'grattol', 'masura', null],
}
const hex = Buffer.from('0123456789abcdef')

/** Parted by a number that no other process of a run has: ids of one process never meet those of another. */
export function idMaker(lane: number = randomInt(0xffff)): (bytes: Buffer, at: number) => void {
  let count = 0
  return (bytes, at) => {
    count++
    // as if at random in front, as those of clients are; the count itself at the end
    putHex(bytes, at, Math.imul(count, 0x9e3779b1) >>> 0, 8)
    putHex(bytes, at + 24, lane, 4)
    putHex(bytes, at + 28, count, 8)
  }
}

function putHex(bytes: Buffer, at: number, value: number, digits: number): void {
  for (let place = at + digits - 1, rest = value; place >= at; place--, rest >>>= 4)
    bytes[place] = hex[rest & 15] as number
}

/** `requests` requests of `perRequest` events each, to a path of a host. */
export function makeRequests(
  { host, path }: { readonly host: string; readonly path: string },
  requests: number,
  perRequest: number,
  putId: (bytes: Buffer, at: number) => void,
): Requests {
  const parts = Array.from({ length: requests }, () => {
    const events = Array.from({ length: perRequest }, shopEvent)
    const body = perRequest === 1 ? (events[0] as string) : `[${events.join(',')}]`
    return `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  })
  const bytes = Buffer.from(parts.join(''))
  const places: number[] = []
  for (let at = bytes.indexOf(idField); at >= 0; at = bytes.indexOf(idField, at + 1)) places.push(at + idField.length)
  return {
    bytes,
    events: requests * perRequest,
    renew() {
      for (const place of places) putId(bytes, place)
    },
  }
}

const idField = '"event_id":"'

/** As a shop's page sends it. */
export function shopEvent(): string {
  return JSON.stringify({
    event_id: '00000000-0000-4000-8000-000000000000',
    event_time: new Date(Date.now() - randomInt(3_600_000)).toISOString(),
    event_type: words.type[randomInt(words.type.length)],
    product_id: 5_000_000 + randomInt(900_000),
    category_id: 1_487_580_005_000_000 + randomInt(1_000_000),
    category_code: 'appliances.environment.vacuum',
    brand: words.brand[randomInt(words.brand.length)],
    price: randomInt(10_000) / 100,
    user_id: 450_000_000 + randomInt(100_000_000),
    user_session: '26dd6e6e-4dac-4778-8d2c-92e149dab885',
  })
}
