/** Compiled by `npm run typecheck`: each expected error must be one, and nothing else may be. */
import { column, defineProject, type EventOf, external, files, stream, table, tracking } from 'millrace'

const project = defineProject(({ env, profile }) => ({
  name: 'shop',
  lake: profile === 'local' ? './lake' : env('LAKE'),
  streams: {
    events: stream({
      columns: {
        event_id: 'uuid',
        event_time: column('timestamptz not null', { format: '%Y-%m-%d %H:%M:%S UTC' }),
        product_id: 'bigint not null',
        price: 'decimal(12,2)',
        tags: 'varchar[]',
        at: 'struct(lat double, lon double)',
      },
      id: 'event_id',
      time: 'event_time',
      partitionBy: { day: 'event_time' },
      subject: 'product_id',
      rules: { positive: 'price >= 0' },
    }),
  },
  tables: {
    customers: table({ key: 'id', columns: { id: 'bigint not null' }, from: files('c.csv', { header: false }) }),
    prices: external('/data/prices'),
  },
  sources: {
    history: files('data/*.csv', { into: 'events', onChange: 'replace' }),
    both: files('x.csv', { route: [{ when: 'id > 1', into: 'customers' }], into: 'events' }),
  },
  lookup: { customers: { key: 'id' } },
  server: {
    tokens: {
      admin: [env('ADMIN')],
      write: { web: { key: env('WEB'), streams: ['events'], origins: ['*'] } },
      read: { board: { token: env('BOARD'), tables: 'all' } },
    },
  },
}))

type ShopEvent = EventOf<typeof project, 'events'>
export const event: ShopEvent = { event_time: new Date(0), product_id: 1n, price: '1.50', tags: ['a'], event_id: null }
export const customer: EventOf<typeof project, 'customers'> = { id: 1 }

// @ts-expect-error a column that is not null must be there
export const lacking: ShopEvent = { event_time: '2020-01-01' }
// @ts-expect-error a bigint is no text
export const wrong: ShopEvent = { event_time: '2020-01-01', product_id: 'x' }
// @ts-expect-error there is no such stream
export type None = EventOf<typeof project, 'evnts'>
// @ts-expect-error external tables have no event
export type NoRow = EventOf<typeof project, 'prices'>

// @ts-expect-error there is no such type
stream({ columns: { a: 'bigintt not null' } })
// @ts-expect-error the id is no column
stream({ columns: { a: 'bigint' }, id: 'b' })
// @ts-expect-error a time is a number and a unit
stream({ columns: { a: 'timestamptz' }, time: 'a', times: { past: '400' } })
defineProject({
  name: 'x',
  streams: { a: stream({ columns: { a: 'bigint' } }) },
  // @ts-expect-error there is no such stream
  server: { tokens: { write: { web: { key: 'k', streams: ['b'] } } } },
})
// @ts-expect-error a bigint is no time
stream({ columns: { a: 'bigint' }, time: 'a' })
// @ts-expect-error days are cut from times
stream({ columns: { a: 'varchar' }, partitionBy: { day: 'a' } })
// @ts-expect-error the key is no column
table({ columns: { a: 'bigint' }, key: 'b' })
// @ts-expect-error one of the keys is no column
table({ columns: { a: 'bigint' }, key: ['a', 'b'] })
// @ts-expect-error there is no such option
column('bigint', { nuls: [''] })

defineProject({
  name: 'a',
  streams: { events: stream({ columns: { a: 'bigint' } }) },
  sources: {
    // @ts-expect-error there is no such target
    history: files('a.csv', { into: 'evnts' }),
  },
})
// @ts-expect-error external tables take no rows
defineProject(() => ({
  name: 'a',
  streams: { events: stream({ columns: { a: 'bigint' } }) },
  tables: { prices: external('/x') },
  sources: {
    history: files('a.csv', { into: 'prices' }),
  },
}))

export const tracked = defineProject({
  name: 'shop',
  streams: { orders: stream({ columns: { id: 'uuid' }, id: 'id' }) },
  sources: {
    web: tracking({ into: 'tracks', routes: { 'Order Completed': 'orders' } }),
    archive: files('archive/*.json', { into: 'tracks' }),
    history: files('orders/*.csv', { into: 'orders' }),
  },
  server: { tokens: { write: { web: { key: 'k', streams: ['tracks'] } } } },
})

defineProject({
  name: 'shop',
  streams: { orders: stream({ columns: { id: 'uuid' }, id: 'id' }) },
  sources: {
    // @ts-expect-error: there is no such stream
    web: tracking({ into: 'tracks', routes: { 'Order Completed': 'ordrs' } }),
  },
})

defineProject({
  name: 'shop',
  streams: { orders: stream({ columns: { id: 'uuid' }, id: 'id' }) },
  sources: {
    web: tracking({ into: 'tracks' }),
    // @ts-expect-error: there is no such stream, nor one that a source declares
    archive: files('archive/*.json', { into: 'trcks' }),
  },
})

export const unrouted = defineProject(({ env }) => ({
  name: 'shop',
  streams: { orders: stream({ columns: { id: 'uuid' }, id: 'id' }) },
  sources: {
    web: tracking({ into: 'tracks', key: env('WEB_KEY'), times: { past: 'any' } }),
    archive: files('archive/*.json', { into: 'tracks' }),
  },
}))
