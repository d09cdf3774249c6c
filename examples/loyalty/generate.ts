/**
 * A beverage shop: customers, once, and the orders of its counters, a file each, dropped into `spool/orders` as they come.
 *
 *     node generate.ts [--orders N] [--every SECONDS]
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'

const menu = ['espresso 65', 'cappucino 90', 'mocha 80', 'latte 70', 'chocolate 60', 'greentea 60']
const names = ['Kelly Key', ' Clark Schroeder', 'Elvis Cardenas ', 'Ana Ruiz', 'Noi Suk', 'Mali Chai']

const { values } = parseArgs({ options: { orders: { type: 'string' }, every: { type: 'string', default: '1' } } })
const folder = import.meta.dirname
const customers = process.env['LOYALTY_CUSTOMERS'] ?? join(folder, 'customers.csv')
const spool = join(folder, 'spool/orders')

if (!existsSync(customers))
  writeFileSync(customers, Array.from({ length: 2_000 }, (_, at) => customer(at + 1)).join(''))
const known = readFileSync(customers, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split(',', 1)[0])
mkdirSync(spool, { recursive: true })
const limit = Number(values.orders ?? Number.POSITIVE_INFINITY)
for (let count = 0; count < limit; count++) {
  drop(`${any(known)}|${any(menu)}|${Math.floor(Date.now() / 1000)}\n`, count)
  if (count + 1 < limit) await sleep(Number(values.every) * 1000)
}

/** A file is written under a name that nobody reads, and gets its own when it is whole. */
function drop(order: string, count: number): void {
  const name = `order_${Date.now()}_${count}.txt`
  writeFileSync(join(spool, `.${name}`), order)
  renameSync(join(spool, `.${name}`), join(spool, name))
}

/** Id, home store, name, e-mail, since, card, born, gender, year of birth; always the same of an id. */
function customer(id: number): string {
  const year = 1950 + ((id * 7) % 55)
  const day = `${String((id % 12) + 1).padStart(2, '0')}-${String((id % 28) + 1).padStart(2, '0')}`
  const card = `${100 + (id % 900)}-${100 + ((id * 13) % 900)}-${1000 + (id % 9000)}`
  const name = names[id % names.length]
  return `${id},${3 + (id % 3)},${name},c${id}@example.com,2017-${day},"${card}",${year}-${day},${'MFN'[id % 3]},${year}\n`
}

function any<T>(all: readonly T[]): T {
  return all[Math.floor(Math.random() * all.length)] as T
}
