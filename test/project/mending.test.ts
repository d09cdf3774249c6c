import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { collect } from '../../src/engines/rows.ts'
import { ledgerOf } from '../../src/project/ledger.ts'
import { type LiveProject, openLive } from '../../src/project/live.ts'
import type { MendRequest } from '../../src/project/mending.ts'
import { openProject } from '../../src/project/open.ts'
import { query } from '../../src/query/query.ts'
import { context } from '../cli/project-folder.ts'
import { tempFolder } from '../temp-folder.ts'

const config = (rule: string) => `import { defineProject, stream } from 'millrace'
export default defineProject({
  name: 'shop',
  streams: {
    events: stream({
      columns: { id: 'varchar', price: 'decimal(12,2)', note: 'varchar' },
      id: 'id',
      rules: { cheap: '${rule}' },
    }),
  },
})
`

async function projectFolder(rule = 'price < 10'): Promise<string> {
  const dir = await tempFolder()
  writeFileSync(join(dir, 'millrace.config.ts'), config(rule))
  return dir
}

interface Site {
  readonly live: LiveProject
  send(...events: readonly unknown[]): Promise<unknown>
  mend(request: Omit<MendRequest, 'stream'>): Promise<unknown>
  ask(sql: string): Promise<unknown>
  ledger(): Promise<unknown>
}

async function withSite(dir: string, work: (site: Site) => Promise<void>, close = true): Promise<void> {
  await using project = await openProject(dir, { access: 'write', command: 'test' })
  const live = await openLive(project, context)
  await work({
    live,
    send: (...events) =>
      live.take(
        'events',
        Buffer.from(events.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join('\n')),
        { lines: true },
      ),
    async mend(request) {
      const plan = await live.planMend({ stream: 'events', ...request }, context)
      const { mended, superseded, discarded, conflicts } = await live.applyMend(plan, context)
      return [
        plan.chosen,
        plan.refused.map(({ code }) => code),
        { mended, superseded, discarded, conflicts: conflicts.length },
      ]
    },
    ask: async (sql) =>
      collect(await query(await live.catalog(context), project.lake.engine, sql, { ...live.freezing }, context)),
    ledger: async () => (await ledgerOf(live.project, context)).streams[0],
  })
  if (close) await live[Symbol.asyncDispose]()
}

const states = 'SELECT state, count(*) FROM millrace.rejects GROUP BY 1 ORDER BY 1'
const none = { mended: 0, superseded: 0, discarded: 0, conflicts: 0 }

test('rejects are fixed by SQL over their fields, once, and the ledger closes', async () => {
  const dir = await projectFolder()
  await withSite(dir, async ({ send, mend, ask, ledger }) => {
    await send(
      { id: 'a', price: 50, more: 12345678901234567890n.toString() },
      { id: 'b', price: 'x' },
      { id: 'c', price: 1 },
      '{"id":',
    )
    const fix = {
      how: { kind: 'fix', set: ['price = coalesce(try_cast(price AS DOUBLE) / 10, 0)', "note = 'was ' || price"] },
    } as const
    expect(await mend(fix)).toEqual([3, ['bad_json'], { ...none, mended: 2 }])
    expect(await mend(fix)).toEqual([1, ['bad_json'], none])
    expect(await ask('SELECT id, price, note FROM events ORDER BY id')).toEqual([
      ['a', '5.00', 'was 50'],
      ['b', '0.00', 'was x'],
      ['c', '1.00', null],
    ])
    expect(await ask(states)).toEqual([
      ['mended', 2n],
      ['open', 1n],
    ])
    expect(await ledger()).toMatchObject({
      received: 4,
      accepted: 2,
      rejected: 2,
      mended: 2,
      rejects_mended: 2,
      rejects_open: 1,
      open: null,
    })
    expect(await mend({ how: { kind: 'discard', reason: 'no event' } })).toEqual([1, [], { ...none, discarded: 1 }])
    expect(await ask('SELECT state, reason FROM millrace.rejects WHERE reason IS NOT NULL')).toEqual([
      ['discarded', 'no event'],
    ])
    expect(await ledger()).toMatchObject({ rejects_discarded: 1, rejects_open: 0, open: null })
  })
})

test('one reject is replaced by another event, judged as any other', async () => {
  const dir = await projectFolder()
  await withSite(dir, async ({ send, live, mend, ask, ledger }) => {
    await send('{"id":"a",', { id: 'b', price: 50 })
    const replace = (event: string) => ({ how: { kind: 'replace', event }, code: 'bad_json' }) as const
    expect(await mend(replace('{"id":"a","price":500}'))).toEqual([1, ['rule:cheap'], none])
    expect(await mend(replace('{\n  "id": "a",\n  "price": 5\n}'))).toEqual([1, [], { ...none, mended: 1 }])
    expect(await mend(replace('{"id":"a","price":6}'))).toEqual([0, [], none])
    expect(await ask('SELECT id, price FROM events')).toEqual([['a', '5.00']])
    expect(await ledger()).toMatchObject({ mended: 1, rejects_mended: 1, rejects_open: 1, open: null })
    await send('{"id":"c",')
    const both = { stream: 'events', how: { kind: 'replace', event: '{}' } } as const
    await expect(live.planMend(both, context)).rejects.toMatchObject({ code: 'MEND_INVALID' })
  })
})

test('rejects are judged again after a rule has changed, and what they break again is told first', async () => {
  const dir = await projectFolder()
  const replay = { how: { kind: 'replay' } } as const
  await withSite(
    dir,
    async ({ send, mend }) => {
      await send({ id: 'a', price: 50 }, { id: 'b', price: 500 }, { price: 60 })
      expect(await mend(replay)).toEqual([3, ['rule:cheap', 'rule:cheap', 'rule:cheap'], none])
    },
    false,
  )
  writeFileSync(join(dir, 'millrace.config.ts'), config('price < 100'))
  // as a process that is killed after each: nothing is flushed
  for (const expected of [
    [3, ['rule:cheap'], { ...none, mended: 2 }],
    [1, ['rule:cheap'], none],
  ])
    await withSite(
      dir,
      async ({ mend, ask, ledger }) => {
        expect(await mend(replay)).toEqual(expected)
        expect(await ask('SELECT price FROM events ORDER BY price')).toEqual([['50.00'], ['60.00']])
        expect(await ledger()).toMatchObject({ mended: 2, rejects_mended: 2, rejects_open: 1, open: null })
      },
      false,
    )
})

test('what cannot be set is told', async () => {
  const dir = await projectFolder()
  await withSite(dir, async ({ send, live }) => {
    await send({ id: 'a', price: 50 })
    const fix = (set: string) => live.planMend({ stream: 'events', how: { kind: 'fix', set: [set] } }, context)
    await expect(fix('price')).rejects.toMatchObject({ code: 'MEND_INVALID' })
    await expect(fix('pric = 1')).rejects.toMatchObject({
      code: 'NAME_UNKNOWN',
      hint: expect.stringContaining('price'),
    })
    await expect(fix('price = (SELECT 1)')).rejects.toMatchObject({ code: 'MEND_INVALID' })
    await expect(fix('price = upper(price, 2)')).rejects.toMatchObject({ code: 'MEND_INVALID' })
    await expect(live.planMend({ stream: 'evens', how: { kind: 'replay' } }, context)).rejects.toMatchObject({
      code: 'NAME_UNKNOWN',
    })
  })
})

test('an event that is sent again, mended, closes the rejects of its id', async () => {
  const dir = await projectFolder()
  const bad = { id: 'a', price: 'x' }
  await withSite(
    dir,
    async ({ send, ask, ledger }) => {
      await send(bad, bad, { id: 'b', price: 50 }, { id: 'c', price: 'x' })
      // in the log alone, and in the table
      expect(await ledger()).toMatchObject({ rejects_superseded: 1, rejects_open: 2, open: null })
      expect(await ask(states)).toEqual([
        ['open', 3n],
        ['superseded', 1n],
      ])
      await send({ id: 'a', price: 5 })
      expect(await ask(states)).toEqual([
        ['open', 2n],
        ['superseded', 2n],
      ])
      expect(await ledger()).toMatchObject({ received: 5, rejects_superseded: 2, rejects_open: 2, open: null })
    },
    false,
  )
  // of a log, and of a table, as a process that is killed has left them
  for (const id of ['b', 'c'])
    await withSite(
      dir,
      async ({ send, ledger }) => {
        await send({ id, price: 5 }, { id, price: 6 })
        expect(await ledger()).toMatchObject({ conflicts: id === 'b' ? 1 : 2, open: null })
      },
      false,
    )
  await withSite(dir, async ({ ask, ledger }) => {
    expect(await ask(states)).toEqual([
      ['open', 2n],
      ['superseded', 4n],
    ])
    expect(await ledger()).toMatchObject({ rejects_superseded: 4, rejects_open: 2, open: null })
  })
})

test('an event that is sent again after a rule has refused it is refused again, and its last reject is open', async () => {
  const dir = await projectFolder()
  const bad = { id: 'a', price: 50 }
  await withSite(dir, async ({ send, ask, ledger, live }) => {
    for (let time = 0; time < 3; time++) {
      await send({ id: `good ${time}`, price: 1 }, bad)
      await live.flush()
    }
    const counts = 'SELECT state, count(*), count(DISTINCT raw) FROM millrace.rejects GROUP BY 1 ORDER BY 1'
    expect(await ask(counts)).toEqual([
      ['open', 1n, 1n],
      ['superseded', 2n, 1n],
    ])
    expect(await ledger()).toMatchObject({ rejects_open: 1, rejects_superseded: 2, open: null })
  })
})

test('a conflict that is sent again unchanged has one open reject, its last; other content has its own', async () => {
  const dir = await projectFolder()
  const [first, other, third] = [5, 6, 7].map((price) => ({ id: 'a', price }))
  const counts = 'SELECT raw, state, count(*) FROM millrace.rejects GROUP BY ALL ORDER BY ALL'
  const [otherText, thirdText] = [JSON.stringify(other), JSON.stringify(third)]
  await withSite(
    dir,
    async ({ send, ask, ledger, live }) => {
      await send(first)
      await send(other)
      await send(other, third, other)
      // in the log alone, and in the table
      expect(await ledger()).toMatchObject({ conflicts: 4, rejects_open: 2, rejects_superseded: 2, open: null })
      expect(await ask(counts)).toEqual([
        [otherText, 'open', 1n],
        [otherText, 'superseded', 2n],
        [thirdText, 'open', 1n],
      ])
      await live.flush()
      await send(other)
      expect(await ledger()).toMatchObject({ conflicts: 5, rejects_open: 2, rejects_superseded: 3, open: null })
    },
    false,
  )
  // of a log, as a process that is killed has left it
  await withSite(dir, async ({ send, mend, ask, ledger }) => {
    await send(third)
    expect(await mend({ how: { kind: 'replay' } })).toEqual([2, [], { ...none, conflicts: 2 }])
    const fix = { how: { kind: 'fix', set: ["id = id || '-' || price"] } } as const
    expect(await mend(fix)).toEqual([2, [], { ...none, mended: 2 }])
    await send(other)
    expect(await ask(counts)).toEqual([
      [otherText, 'mended', 1n],
      [otherText, 'open', 1n],
      [otherText, 'superseded', 3n],
      [thirdText, 'mended', 1n],
      [thirdText, 'superseded', 1n],
    ])
    expect(await ask('SELECT id FROM events ORDER BY id')).toEqual([['a'], ['a-6'], ['a-7']])
    expect(await ledger()).toMatchObject({ received: 8, conflicts: 7, rejected: 7, rejects_open: 1, open: null })
  })
})
