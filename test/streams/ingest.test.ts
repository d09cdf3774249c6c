import { expect, onTestFinished, test } from 'vitest'
import { collect } from '../../src/engines/rows.ts'
import { relationOf } from '../../src/lake/relation.ts'
import { readSnapshot } from '../../src/lake/snapshot.ts'
import { append } from '../../src/lake/write.ts'
import { keyedId, timeId } from '../../src/streams/ingest.ts'
import { tempFolder } from '../temp-folder.ts'
import { type IngestingSite, openIngest } from './ingest-harness.ts'
import { context, liveEngine, numbersOf, rejectsOf, type SiteOptions, storedNumbers } from './live-harness.ts'

async function opened(root: string, options: SiteOptions = {}): Promise<IngestingSite> {
  const engine = await liveEngine(root)
  const on = await openIngest(root, engine, options)
  onTestFinished(async () => {
    await on.live[Symbol.asyncDispose]().catch(() => undefined)
    await engine.close()
  })
  return on
}

const taken = (accepted: number, duplicates = 0) =>
  expect.objectContaining({ accepted, duplicates, conflicts: 0, rejected: [] })

test('each event of a body is judged by itself, and the answer says where each went', async () => {
  const on = await opened(await tempFolder())
  const body = [
    '{"id":"a","n":1}',
    '{"id":"b","n":"x"}',
    '{"id":"c","n":3',
    '',
    '{"id":"a","n":1}',
    '{"id":"a","n":2}',
    '{"n":NaN}',
    '{"n":5}',
  ]
  const { rejected, ...counts } = await on.send(body.join('\n'), true)
  expect(counts).toEqual({ accepted: 2, duplicates: 1, conflicts: 1, repeated: [3] })
  expect(rejected.map(({ index, column, code }) => [index, column, code])).toEqual([
    [1, 'n', 'type'],
    [2, undefined, 'bad_json'],
    [4, undefined, 'id_conflict'],
    [5, 'n', 'not_null'],
  ])
  expect(await numbersOf(on)).toEqual([1, 5])
  await on.live.flush()
  expect((await rejectsOf(on.lake)).map(([, kind, column, code, , raw]) => [kind, column, code, raw])).toEqual([
    ['reject', 'n', 'type', '{"id":"b","n":"x"}'],
    ['reject', null, 'bad_json', '{"id":"c","n":3'],
    ['reject', null, 'id_conflict', '{"id":"a","n":2}'],
    ['reject', 'n', 'not_null', '{"n":NaN}'],
  ])
  expect(on.live.log.counters).toEqual({
    received: 7,
    accepted: 2,
    duplicates: 1,
    rejected: 4,
    conflicts: 1,
    mended: 0,
    mends: 0,
    positions: 0,
  })
})

test('what follows a break in an array is one reject, and what stood before it is taken', async () => {
  const on = await opened(await tempFolder())
  const answer = await on.send('[{"id":"a","n":1}, {"id":"b","n":2}, {"id":"c"')
  expect(answer).toMatchObject({ accepted: 2, rejected: [{ index: 2, code: 'bad_json' }] })
  expect(await numbersOf(on)).toEqual([1, 2])
  await expect(on.send('{"id":')).rejects.toMatchObject({ code: 'BODY_BROKEN' })
  expect(on.live.log.counters.received).toBe(3)
})

test('an id is taken once: before and after a flush, and after a start', async () => {
  const root = await tempFolder()
  const engine = await liveEngine(root)
  {
    const on = await openIngest(root, engine)
    expect(await on.send('[{"id":"a","n":1},{"id":"b","n":2}]')).toEqual(taken(2))
    expect(await on.send('{"id":"a","n":1}')).toEqual(taken(0, 1))
    await on.live.flush()
    expect(await on.send('[{"id":"a","n":1},{"id":"c","n":3}]')).toEqual(taken(1, 1))
    // as a process that is killed
    await on.live.log[Symbol.asyncDispose]()
  }
  const on = await opened(root)
  expect(await on.send('[{"id":"a","n":1},{"id":"b","n":2},{"id":"c","n":3}]')).toEqual(taken(0, 3))
  expect(await on.send('{"id":"c","n":4}')).toMatchObject({ conflicts: 1, rejected: [{ code: 'id_conflict' }] })
  await on.live[Symbol.asyncDispose]()
  expect(await storedNumbers(on)).toEqual([1, 2, 3])
  expect(on.live.log.counters).toMatchObject({ received: 9, accepted: 3, duplicates: 5, conflicts: 1 })
  await engine.close()
})

test('an event that a rule refused gives its id free', async () => {
  const on = await opened(await tempFolder())
  expect(await on.send('{"id":"a","n":-1}')).toEqual(taken(1))
  // other content waits for the rules' verdict on the first
  expect(await on.send('{"id":"a","n":1}')).toEqual(taken(1))
  expect(await numbersOf(on)).toEqual([1])
  expect(await on.send('{"id":"a","n":2}')).toMatchObject({ conflicts: 1 })
  await on.live.flush()
  expect(await on.send('{"id":"a","n":1}')).toEqual(taken(0, 1))
  expect(await storedNumbers(on)).toEqual([1])
})

test('the same event sent by many at once is stored once', async () => {
  const on = await opened(await tempFolder(), { flushRows: 40 })
  const events = Array.from({ length: 200 }, (_, n) => JSON.stringify({ id: `e${n}`, n }))
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, at) => on.send(events.slice((at % 10) * 20, (at % 10) * 20 + 20).join('\n'), true)),
  )
  const sum = answers.reduce((total, { accepted }) => total + accepted, 0)
  expect(sum).toBe(200)
  expect(await numbersOf(on)).toEqual(Array.from({ length: 200 }, (_, n) => n))
  await on.live.flush()
  expect((await storedNumbers(on)).length).toBe(200)
})

test('ids of rows that others append are taken', async () => {
  const on = await opened(await tempFolder(), { followMs: 50 })
  await on.send('{"id":"a","n":1}')
  await on.live.flush()
  await append(
    on.lake,
    'events',
    { sql: "SELECT 'theirs' AS id, 7 AS n, NULL::VARCHAR AS kind", from: {} },
    {},
    context,
  )
  await expect.poll(() => on.ids.index.figures().version).toBe(2)
  expect(await on.send('[{"id":"theirs","n":7},{"id":"a","n":1}]')).toEqual(taken(0, 2))
  expect(await on.send('{"id":"theirs","n":8}')).toMatchObject({ conflicts: 1 })
})

test('a group that was not written gives its ids back', async () => {
  const on = await opened(await tempFolder(), { waitingRecords: 2 })
  // a reject is a record of the log as an event is
  await on.send('[{"id":"a","n":1},{"id":"b","n":"x"}]')
  await expect(on.send('{"id":"c","n":3}')).rejects.toMatchObject({
    code: 'STREAM_FULL',
    message: '2 records of `events` wait to be written to its table, of 2 that may: it is slow',
  })
  await on.live.flush()
  expect(await on.send('{"id":"c","n":3}')).toEqual(taken(1))
})

test('an event without an id is given one, which is stored', async () => {
  const on = await opened(await tempFolder())
  await on.send('[{"n":1},{"n":2}]')
  await on.live.flush()
  const relation = relationOf(on.lake, await readSnapshot(on.lake, 'events', {}, context))
  const rows = await collect(
    await on.lake.engine.run({ sql: 'SELECT id FROM t ORDER BY n', from: { t: relation } }, context),
  )
  expect(rows).toEqual([['made-1'], ['made-2']])
})

test('made ids are UUIDs: in the order of time, or the same for the same key', () => {
  const uuid = (version: number) =>
    new RegExp(`^[0-9a-f]{8}-[0-9a-f]{4}-${version}[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
  expect(timeId(1_700_000_000_000)).toMatch(uuid(7))
  expect(timeId(1_700_000_000_000) < timeId(1_700_000_000_001)).toBe(true)
  expect(keyedId('k', 1)).toMatch(uuid(8))
  expect(keyedId('k', 1)).toBe(keyedId('k', 1))
  expect(new Set([keyedId('k', 1), keyedId('k', 2), keyedId('k1', 1)]).size).toBe(3)
})
