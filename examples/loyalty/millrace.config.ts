import { column, defineProject, files, spool, stream, table } from 'millrace'

export default defineProject(({ env }) => ({
  name: 'loyalty',
  timezone: 'Asia/Bangkok',
  lake: './lake',
  tables: {
    customers: table({
      key: 'customer_id',
      columns: {
        customer_id: 'bigint not null',
        home_store: 'integer',
        name: column('varchar', { pii: true }),
        email: column('varchar', { pii: true }),
        since: 'date',
        card: column('varchar', { pii: true }),
        born: column('date', { pii: true }),
        gender: 'varchar',
        birth_year: 'smallint',
      },
      subject: 'customer_id',
      // `generate.ts` makes one where there is none
      from: files(env('LOYALTY_CUSTOMERS', './customers.csv'), { header: false }),
    }),
  },
  streams: {
    orders: stream({
      // 1042|mocha 80|1732190400
      columns: {
        customer_id: 'bigint not null',
        ordered: 'varchar not null',
        ordered_at: column('timestamptz not null', { format: 'epoch_s' }),
      },
      time: 'ordered_at',
      partitionBy: { day: 'ordered_at' },
      subject: 'customer_id',
      rules: { priced: "regexp_full_match(ordered, '.*\\S +[0-9]+(\\.[0-9]{1,2})?')" },
    }),
  },
  sources: {
    counters: spool('spool/orders/*', { into: 'orders', header: false, delimiter: '|', quote: '', done: 'move' }),
  },
  lookup: { loyalty: { key: 'customer_id' } },
}))
