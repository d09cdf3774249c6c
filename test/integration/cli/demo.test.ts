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
  readonly visit: string
  readonly department: string
  readonly brand: string
  readonly day: string
}

/** The tables of a printed page, by their titles: each row its cells. */
function printedTables(text: string): ReadonlyMap<string, readonly (readonly string[])[]> {
  const tables = text
    .split('\n\n')
    .map((block) => block.trimEnd().split('\n'))
    .filter((lines) => lines[2]?.startsWith('─'))
  return new Map(tables.map(([title = '', , , ...rows]) => [title, rows.map((row) => row.split(/\s{2,}/))]))
}

/** Rows of a table that were counted by a key. */
function group(events: readonly Event[], key: (event: Event) => string): [string, readonly Event[]][] {
  return [...Map.groupBy(events, key)]
}

const count = (events: readonly Event[], type: string) => events.filter((event) => event.type === type).length
const distinct = (events: readonly Event[], of: (event: Event) => string) => new Set(events.map(of)).size

function cents(events: readonly Event[]): bigint {
  return events.reduce((sum, { type, price }) => (type === 'purchase' ? sum + price : sum), 0n)
}

function money(amount: bigint): string {
  return amount === 0n ? 'NULL' : `${amount / 100n}.${String(amount % 100n).padStart(2, '0')}`
}

/** By number, the largest first; equal ones by name. */
function byAmount(a: readonly [string, bigint], b: readonly [string, bigint]): number {
  if (a[1] !== b[1]) return a[1] > b[1] ? -1 : 1
  return a[0] < b[0] ? -1 : 1
}

test.skipIf(typeof deltalake === 'string')(
  'the answers that npm start prints are what delta-rs finds in the lake',
  async () => {
    if (typeof deltalake === 'string') return
    const dir = join(await tempFolder(), 'shop')
    const { status, stdout } = await millrace(['demo', dir])
    expect(status).toBe(0)
    const printed = printedTables(stdout)

    const sql = 'SELECT event_type, price, user_id, user_session, category_code, brand, event_time FROM t'
    const read = await deltalake.ask<{ rows: string[][] }>('query', { path: join(dir, 'lake/events'), sql })
    const events = read.rows.map(([type = '', price = '', user = '', visit = '', code, brand, at]): Event => {
      // the shop's zone has been seven hours behind UTC since 2000
      const local = new Date(Number(BigInt(at ?? '') / 1000n) - 7 * 3_600_000)
      const day = local.toISOString().slice(0, 10)
      const department = (code ?? '').split('.')[0] || 'unknown'
      return { type, price: BigInt(price.replace('.', '')), user, visit, department, brand: brand ?? '', day }
    })
    expect(events.length).toBe(200_000)

    expect(printed.get('What visitors did')).toEqual(
      group(events, ({ type }) => type)
        .map(([type, own]) => [type, own.length, distinct(own, ({ user }) => user), money(cents(own))] as const)
        .sort((a, b) => b[1] - a[1])
        .map((row) => row.map(String)),
    )
    expect(printed.get('Departments by revenue')).toEqual(
      group(events, ({ department }) => department)
        .sort((a, b) => byAmount([a[0], cents(a[1])], [b[0], cents(b[1])]))
        .map(([name, own]) => [
          name,
          money(cents(own)),
          ...['purchase', 'cart', 'view'].map((type) => String(count(own, type))),
        ]),
    )
    expect(printed.get('The ten brands that sell most')).toEqual(
      group(
        events.filter(({ type, brand }) => type === 'purchase' && brand !== ''),
        ({ brand }) => brand,
      )
        .sort((a, b) => byAmount([a[0], cents(a[1])], [b[0], cents(b[1])]))
        .slice(0, 10)
        .map(([brand, own]) => [brand, String(own.length), money(cents(own))]),
    )
    expect(printed.get('Day by day, in the shop’s own time zone')).toEqual(
      group(events, ({ day }) => day)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([day, own]) => [
          day,
          String(own.length),
          String(distinct(own, ({ visit }) => visit)),
          String(count(own, 'purchase')),
          money(cents(own)),
        ]),
    )
  },
)
