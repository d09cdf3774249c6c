import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { millrace } from '../../cli/terminal.ts'
import { startDeltalake } from '../../services/deltalake.ts'
import { tempFolder } from '../../temp-folder.ts'

const deltalake = await startDeltalake()

afterAll(async () => {
  if (typeof deltalake !== 'string') await deltalake[Symbol.asyncDispose]()
})

interface Event {
  readonly type: string
  /** In cents: no sum passes through a double. */
  readonly price: bigint
  readonly user: string
  readonly department: string
  readonly product: string
  /** In the shop's zone. */
  readonly minute: string
}

type Rows = readonly (readonly string[])[]

/** The tables of a printed page, by their titles: each row its cells, numbers without commas. */
function printedTables(text: string): ReadonlyMap<string, Rows> {
  const tables = text
    .split('\n\n')
    .map((block) => block.trimEnd().split('\n'))
    .filter((lines) => lines[2]?.startsWith('─'))
  const cells = (row: string) => row.split(/\s{2,}/).map((cell) => cell.replaceAll(',', ''))
  return new Map(tables.map(([title = '', , , ...rows]) => [title, rows.map(cells)]))
}

const count = (events: readonly Event[], type: string) => String(events.filter((event) => event.type === type).length)

const buyers = (events: readonly Event[]) =>
  String(new Set(events.flatMap(({ type, user }) => (type === 'purchase' ? [user] : []))).size)

function cents(events: readonly Event[]): bigint {
  return events.reduce((sum, { type, price }) => (type === 'purchase' ? sum + price : sum), 0n)
}

function money(amount: bigint): string {
  return `${amount / 100n}.${String(amount % 100n).padStart(2, '0')}`
}

/** A row of counted events, largest revenue first, equal ones by their key. */
function byRevenue(groups: Map<string, readonly Event[]>): [string, readonly Event[]][] {
  return [...groups].sort(([a, own], [b, other]) => Number(cents(other) - cents(own)) || (a < b ? -1 : 1))
}

test.skipIf(typeof deltalake === 'string')(
  'what npm start prints is what delta-rs finds in the models’ tables, and what the events say that it reads',
  async () => {
    if (typeof deltalake === 'string') return
    const dir = join(await tempFolder(), 'shop')
    const { status, stdout } = await millrace(['demo', dir])
    expect(status).toBe(0)
    const printed = printedTables(stdout)
    const query = async (table: string, sql: string): Promise<string[][]> =>
      (await deltalake.ask<{ rows: string[][] }>('query', { path: join(dir, 'lake', table), sql })).rows

    const sums = 'sum(purchases), sum(carts), sum(views)'
    const departments = `SELECT department, sum(revenue), ${sums} FROM t GROUP BY department ORDER BY 2 DESC, 1`
    expect(printed.get('Departments by revenue')).toEqual(await query('department_brand', departments))
    const days = `SELECT day, sum(revenue), ${sums} FROM t GROUP BY day ORDER BY day`
    expect(printed.get('Day by day, in the shop’s own time zone')).toEqual(await query('department_brand', days))
    const products = 'SELECT product, department, revenue, purchases, buyers FROM t ORDER BY 3 DESC, 2, 1 LIMIT 10'
    expect(printed.get('The ten products that bring most')).toEqual(await query('department_product', products))
    const operations = `SELECT operation, count(*), count(DISTINCT user_id), sum(revenue) FROM t GROUP BY 1 ORDER BY 2 DESC`
    expect(printed.get('What visitors did')).toEqual(await query('operations', operations))
    const minutes = `SELECT revenue, operations, users FROM t WHERE operation = 'purchase' ORDER BY revenue DESC, minute LIMIT 5`
    const busiest = printed.get('The five minutes that brought most')?.map((row) => row.slice(1))
    expect(busiest).toEqual(await query('operations_by_minute', minutes))

    const read = await query('events', 'SELECT event_type, price, user_id, category_code, event_time FROM t')
    const events = read.map(([type = '', price = '', user = '', code, at]): Event => {
      // the shop's zone has been seven hours behind UTC since 2000
      const local = new Date(Number(BigInt(at ?? '') / 1000n) - 7 * 3_600_000).toISOString()
      const [department, product] = [(code ?? '').split('.')[0], (code ?? '').split('.').at(-1)]
      const minute = local.slice(0, 16).replace('T', ' ')
      const known = { department: department || 'other', product: product || 'other' }
      return { type, price: BigInt(price.replace('.', '')), user, ...known, minute }
    })
    expect(events.length).toBe(500_000)
    const kinds = ['purchase', 'cart', 'view']

    expect(printed.get('Departments by revenue')).toEqual(
      byRevenue(Map.groupBy(events, ({ department }) => department)).map(([department, own]) => [
        department,
        money(cents(own)),
        ...kinds.map((kind) => count(own, kind)),
      ]),
    )
    expect(printed.get('The ten products that bring most')).toEqual(
      byRevenue(Map.groupBy(events, ({ department, product }) => `${department}\t${product}`))
        .slice(0, 10)
        .map(([key, own]) => [...key.split('\t').reverse(), money(cents(own)), count(own, 'purchase'), buyers(own)]),
    )
    expect(printed.get('Day by day, in the shop’s own time zone')).toEqual(
      [...Map.groupBy(events, ({ minute }) => minute.slice(0, 10))]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([day, own]) => [day, money(cents(own)), ...kinds.map((kind) => count(own, kind))]),
    )
    expect(printed.get('The five minutes that brought most')).toEqual(
      byRevenue(Map.groupBy(events, ({ minute }) => minute))
        .slice(0, 5)
        .map(([minute, own]) => [minute, money(cents(own)), count(own, 'purchase'), buyers(own)]),
    )
  },
)
