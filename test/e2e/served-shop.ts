import { readPages } from '../../src/server/pages.ts'
import { serveProject } from '../server/project-server.ts'
import { builtPages } from '../ui/built.ts'

const config = `import { column, defineProject, stream } from 'millrace'
export default defineProject({
  name: 'shop',
  streams: {
    events: stream({
      columns: { id: 'varchar', at: 'timestamptz', kind: 'varchar', price: 'decimal(12,2)' },
      id: 'id', time: 'at', rules: { price_not_negative: 'price >= 0' },
    }),
    people: stream({ columns: { id: 'bigint', email: column('varchar', { pii: true }) } }),
    empty: stream({ columns: { id: 'varchar' } }),
  },
})
`

const events = [
  { id: 'a', at: '2026-01-05T09:00:00Z', kind: 'view', price: '9.90' },
  { id: 'b', at: '2026-01-05T09:01:00Z', kind: 'cart', price: '9.90' },
  { id: 'c', at: '2026-01-05T09:02:00Z', kind: 'purchase', price: '9.90' },
  { id: 'd', at: '2026-01-05T09:03:00Z', kind: 'purchase', price: '-1.00' },
]
const people = [
  { id: 1, email: 'ann@example.org' },
  { id: 2, email: 'bob@example.org' },
]

type Options = Omit<NonNullable<Parameters<typeof serveProject>[1]>, 'pages'>

/** A small shop with its pages: three events in their table and one refused, and two people of personal data. */
export async function servedShop(options: Options = {}, files: Readonly<Record<string, string>> = {}) {
  const served = await serveProject(
    { 'millrace.config.ts': config, ...files },
    { ...options, pages: await readPages(await builtPages()) },
  )
  const [token] = options.access?.admin ?? []
  const send = (stream: string, sent: readonly object[]) =>
    served.call(`/v1/streams/${stream}`, { method: 'POST', body: JSON.stringify(sent), ...(token && { token }) })
  await send('events', events)
  await send('people', people)
  await served.live.flush()
  return { ...served, url: served.server.url, send }
}
