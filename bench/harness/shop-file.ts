import type { Contract } from '../../src/contract/contract.ts'
import { parseContract } from '../../src/contract/declaration.ts'
import type { Context } from '../../src/core/context.ts'
import { writeShopFile } from '../../src/project/shop-data.ts'

const context: Context = { signal: new AbortController().signal, emit: () => {}, now: Date.now }

/** A file of generated shop events, of about 130 bytes a row. */
export async function makeShopFile(path: string, rows: number, say: (line: string) => void): Promise<string> {
  say(`writing ${rows} rows`)
  await writeShopFile(path, { rows, seed: 1, endMs: Date.UTC(2019, 11, 1), days: 30 }, context)
  return path
}

/** The contract of the shop's events, as in `examples/shop`. */
export function shopContract(byDay: boolean): Contract {
  const fail = (...told: unknown[]): never => {
    throw new Error(JSON.stringify(told))
  }
  const columns = {
    event_id: 'uuid',
    event_time: { type: 'timestamptz not null', format: '%Y-%m-%d %H:%M:%S UTC' },
    event_type: 'varchar not null',
    product_id: 'bigint not null',
    category_id: 'bigint',
    category_code: 'varchar',
    brand: 'varchar',
    price: 'decimal(12,2)',
    user_id: 'bigint not null',
    user_session: 'varchar',
  }
  const rules = { known_type: "event_type IN ('view', 'cart', 'purchase')", price_not_negative: 'price >= 0' }
  const partitionBy = byDay ? { day: 'event_time' } : {}
  const declared = { columns, id: 'event_id', time: 'event_time', partitionBy, rules }
  return parseContract(declared, 'America/Hermosillo', { invalid: fail, unknownName: fail })
}
