/** A small project that loads as it stands: its file, three days of events, and what git leaves out. */
export function blankProject(name: string, timezone: string): Readonly<Record<string, string>> {
  return {
    'millrace.config.ts': `import { defineProject, files, stream } from 'millrace'

export default defineProject(() => ({
  name: ${JSON.stringify(name)},
  timezone: ${JSON.stringify(timezone)}, // of days, and of times that name no zone; storage is UTC
  lake: './lake',
  streams: {
    events: stream({
      columns: {
        event_time: 'timestamptz not null',
        event_type: 'varchar not null',
        product_id: 'bigint not null',
        brand: 'varchar',
        price: 'decimal(12,2)',
        user_id: 'bigint not null',
      },
      time: 'event_time',
      partitionBy: { day: 'event_time' },
      unknown: 'keep', // a field that is not declared goes to the json column \`extra\`
      rules: { known_type: "event_type IN ('view', 'cart', 'purchase')" },
    }),
  },
  sources: {
    history: files('data/*.csv', { into: 'events' }), // each file once, whatever it is called
  },
}))
`,
    'data/events.csv': `event_time,event_type,product_id,brand,price,user_id
2026-01-05T09:12:44Z,view,1004249,apple,739.81,541312140
2026-01-05T09:13:02Z,view,1004767,samsung,242.63,541312140
2026-01-05T09:13:40Z,cart,1004767,samsung,242.63,541312140
2026-01-05T09:15:11Z,purchase,1004767,samsung,242.63,541312140
2026-01-05T18:40:09Z,view,3600661,lg,308.86,518085591
2026-01-06T07:02:31Z,view,1307067,lenovo,251.74,550050854
2026-01-06T07:05:00Z,cart,1307067,lenovo,251.74,550050854
2026-01-06T12:22:19Z,view,28719074,baden,102.71,520571932
2026-01-07T20:01:55Z,view,4804056,apple,161.98,522079747
2026-01-07T20:03:10Z,cart,4804056,apple,161.98,522079747
2026-01-07T20:04:41Z,purchase,4804056,apple,161.98,522079747
`,
    '.gitignore': gitIgnore,
  }
}

/** Secrets, state and data of a project are nothing for git. */
export const gitIgnore = `.env
.millrace/
lake/
`
