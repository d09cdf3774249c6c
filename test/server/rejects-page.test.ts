import { expect, test, vi } from 'vitest'
import { type RejectsAnswer, rejectsAnswer } from '../../src/api/rejects.ts'
import type { Query, Result } from '../../src/engines/engine.ts'
import type { Relation } from '../../src/engines/relation.ts'
import { serveProject } from './project-server.ts'

const config = `import { defineProject, stream } from 'millrace'
export default defineProject({
  name: 'shop',
  streams: { events: stream({ columns: { id: 'uuid', n: 'bigint' }, id: 'id', rules: { positive: 'n >= 0' } }) },
})
`
const [refused, again] = [20_000, 500]

function idOf(at: number): string {
  return `0A000000-0000-4000-8000-${String(at).padStart(12, '0')}`
}

/** Rows that a query is given as they are, not by where they lie. */
function given(relation: Relation): number {
  if (relation.kind === 'values') return relation.rows.length
  if (relation.kind === 'select') return Object.values(relation.from).reduce((sum, each) => sum + given(each), 0)
  return relation.kind === 'union' ? relation.of.reduce((sum, each) => sum + given(each), 0) : 0
}

test('a page of rejects that no table has yet holds no more of them than it shows, and counts them all', async () => {
  const { call, project, live } = await serveProject({ 'millrace.config.ts': config })
  const post = async (path: string, events: readonly object[]) =>
    call(path, { method: 'POST', body: JSON.stringify(events) })
  const bad = Array.from({ length: refused }, (_, at) => ({ id: idOf(at), n: -1 }))
  for (let from = 0; from < refused; from += 5_000) await post('/v1/streams/events', bad.slice(from, from + 5_000))
  // the rules free the ids before they are sent again: the older reject of each is superseded
  const page = async (query: string): Promise<RejectsAnswer> =>
    rejectsAnswer.parse((await call(`/v1/rejects?table=events&state=open&limit=20${query}`)).json)
  expect((await page('')).count).toBe(refused)
  const sent = bad.slice(0, again).map(({ id }) => ({ id: id.toLowerCase(), n: -2 }))
  expect((await post('/v1/streams/events', sent)).json).toMatchObject({ accepted: again })

  const engine = project.lake.engine
  const held = { rows: 0, given: 0 }
  const run = engine.run.bind(engine)
  const spy = vi.spyOn(engine, 'run').mockImplementation(async (query: Query, ...rest): Promise<Result> => {
    held.given += Object.values(query.from).reduce((sum, each) => sum + given(each), 0)
    const result = await run(query, ...rest)
    const batches = async function* () {
      for await (const batch of result.batches) {
        held.rows += batch.length
        yield batch
      }
    }
    return {
      columns: result.columns,
      batches: batches(),
      truncated: false,
      [Symbol.asyncDispose]: () => result[Symbol.asyncDispose](),
    }
  })
  // a name for each relation and query; the stream itself reads what the rules have refused, once
  const heldForPage = async () => {
    held.rows = held.given = 0
    await page('')
    return held
  }
  await expect.poll(heldForPage, { timeout: 20_000 }).toEqual({ rows: 22, given: 4 })
  spy.mockRestore()

  const first = await page('')
  expect(first).toMatchObject({ count: refused, rejects: { length: 20 } })
  expect(first.rejects.every(({ raw }) => raw?.endsWith('"n":-2}'))).toBe(true)
  const second = await page(`&after=${first.next}`)
  expect(second.count).toBe(refused)
  const ids = new Set([...first.rejects, ...second.rejects].map(({ id }) => id))
  expect(ids.size).toBe(40)
  const superseded = rejectsAnswer.parse((await call('/v1/rejects?state=superseded&limit=1000')).json)
  expect([superseded.count, superseded.rejects.length, superseded.next]).toEqual([again, again, null])
  await live.flush()
  expect((await page('')).rejects).toEqual(first.rejects)
})
