import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { startProcess } from '../server/started.ts'
import { exampleProject, realData, succeed } from './example.ts'

const { LOYALTY_CUSTOMERS } = process.env
afterEach(() => {
  if (LOYALTY_CUSTOMERS === undefined) delete process.env['LOYALTY_CUSTOMERS']
  else process.env['LOYALTY_CUSTOMERS'] = LOYALTY_CUSTOMERS
})

const customers = realData('loyalty/customer.csv')

test.skipIf(!customers)('the real customers, and their orders as they are dropped', async () => {
  const dir = await exampleProject('loyalty')
  process.env['LOYALTY_CUSTOMERS'] = customers as string
  await succeed(dir, 'run')
  const server = await startProcess(dir)
  const spool = join(dir, 'spool/orders')
  mkdirSync(spool, { recursive: true })
  const drop = (name: string, text: string) => {
    writeFileSync(join(spool, `.${name}`), text)
    renameSync(join(spool, `.${name}`), join(spool, name))
  }
  const genders = 'SELECT gender, count(*) FROM customers_cln GROUP BY gender ORDER BY gender'
  expect(await server.ask(genders)).toEqual([
    ['FEMALE', 977],
    ['MALE', 726],
    ['NA', 543],
  ])
  const now = Math.floor(Date.now() / 1000)
  // a counter that stops in mid-line
  writeFileSync(join(spool, 'slow.txt'), `2|latte 70|${now}\n3|mo`)
  drop('order_1.txt', `1|mocha 80|${now}\n1|espresso 65|${now + 1}\nnot an order\n`)
  const one = 'SELECT visits, total_spend, points, tier, promotion FROM loyalty WHERE customer_id = 1'
  await vi.waitFor(async () => expect(await server.ask(one)).toEqual([[2, 145, 5, 'BASIC', 'none']]), {
    timeout: 30_000,
  })
  expect(await server.get('/v1/lookup/loyalty/1')).toMatchObject({ visits: 2 })
  drop('order_2.txt', `1|latte 70|${now + 2}\n`)
  await vi.waitFor(async () => expect((await server.ask(one))[0]?.[0]).toBe(3), { timeout: 30_000 })
  const others = 'SELECT customer_id, total_spend FROM loyalty WHERE customer_id IN (2, 3) ORDER BY 1'
  expect(await server.ask(others)).toEqual([
    [2, 0],
    [3, 0],
  ])
  appendFileSync(join(spool, 'slow.txt'), `cha 80|${now}\n`)
  await vi.waitFor(
    async () =>
      expect(await server.ask(others)).toEqual([
        [2, 70],
        [3, 80],
      ]),
    { timeout: 30_000 },
  )
  expect(await server.ask('SELECT count(*), sum(visits), sum(total_spend) FROM loyalty')).toEqual([[2246, 5, 365]])
  expect(await server.ask('SELECT raw FROM millrace.rejects')).toEqual([['not an order']])
})

test('the generator makes customers and drops orders that are in loyalty', async () => {
  const dir = await exampleProject('loyalty')
  delete process.env['LOYALTY_CUSTOMERS']
  execFileSync(process.execPath, [join(dir, 'generate.ts'), '--orders', '3', '--every', '0'])
  await succeed(dir, 'run')
  const server = await startProcess(dir)
  const asked = 'SELECT count(*), sum(visits) FROM loyalty'
  await vi.waitFor(async () => expect(await server.ask(asked)).toEqual([[2000, 3]]), { timeout: 30_000 })
  await vi.waitFor(() => expect(readdirSync(join(dir, 'spool/orders'))).toEqual(['done']), { timeout: 30_000 })
})
