import type { Catalog } from './catalog.ts'

/** `event_type`, and the rest of the line after it. */
export type NextEvent = (write: (type: string, product: string, user: string, session: string) => void) => void

const hex = Array.from({ length: 65_536 }, (_, value) => value.toString(16).padStart(4, '0'))

/**
 * People who walk through the shop: `open` visits at a time, each looking at products (often of one category), putting
 * some into the cart and buying some of those. A purchase follows its cart in the same visit.
 */
export function visits(catalog: Catalog, open: number, people: number, random: () => number): NextEvent {
  const product = new Int32Array(open)
  const inCart = new Uint8Array(open)
  const seen = new Uint8Array(open)
  const users = new Array<string>(open)
  const sessions = new Array<string>(open)
  const part = () => hex[Math.floor(random() * 65_536)] as string

  const begin = (visit: number) => {
    const person = Math.floor(people * random() ** 1.5)
    users[visit] = String(512_000_000 + ((Math.imul(person + 1, 0x9e3779b1) >>> 0) % 80_000_000))
    sessions[visit] = `${part()}${part()}-${part()}-4${part().slice(1)}-9${part().slice(1)}-${part()}${part()}${part()}`
    product[visit] = catalog.pick(random(), random())
    inCart[visit] = 0
    seen[visit] = 0
  }
  for (let visit = 0; visit < open; visit++) begin(visit)

  return (write) => {
    const visit = Math.floor(open * random())
    const chance = random()
    let type = 'view'
    if (inCart[visit] && chance < 0.4) {
      type = 'purchase'
      inCart[visit] = 0
      seen[visit] = 0
    } else if (seen[visit] && !inCart[visit] && chance < 0.085) {
      type = 'cart'
      inCart[visit] = 1
    } else {
      if (seen[visit]) {
        const other = product[visit] as number
        product[visit] = chance < 0.75 ? catalog.pickLike(other, random()) : catalog.pick(random(), random())
        inCart[visit] = 0
      }
      seen[visit] = 1
    }
    write(type, catalog.products[product[visit] as number] as string, users[visit] as string, sessions[visit] as string)
    if (random() < (inCart[visit] ? 0.1 : 0.17)) begin(visit)
  }
}
