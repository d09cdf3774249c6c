import { column, defineProject, files, stream } from 'millrace'

export default defineProject(() => ({
  name: 'shop',
  timezone: 'America/Hermosillo', // of days and periods; storage is UTC
  lake: './lake',
  streams: {
    events: stream({
      columns: {
        event_id: 'uuid', // live events bring one, files have none
        event_time: column('timestamptz not null', { format: '%Y-%m-%d %H:%M:%S UTC' }),
        event_type: 'varchar not null',
        product_id: 'bigint not null',
        category_id: 'bigint',
        category_code: 'varchar',
        brand: 'varchar',
        price: 'decimal(12,2)',
        user_id: 'bigint not null',
        user_session: 'varchar',
      },
      id: 'event_id',
      time: 'event_time',
      times: 'any', // what was recorded years ago may be sent as if it were live
      partitionBy: { day: 'event_time' },
      unknown: 'keep',
      subject: 'user_id',
      rules: {
        known_type: "event_type IN ('view', 'cart', 'purchase')",
        price_not_negative: 'price >= 0',
      },
    }),
  },
  sources: {
    history: files('data/*.csv.gz', { into: 'events', onChange: 'replace' }),
  },
}))
