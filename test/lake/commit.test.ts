import { expect, test } from 'vitest'
import type { Context } from '../../src/core/context.ts'
import { MillraceError } from '../../src/core/errors.ts'
import type { MillEvent } from '../../src/core/events.ts'
import type { AddFile } from '../../src/lake/actions.ts'
import { type Change, removeOf } from '../../src/lake/change.ts'
import { commit } from '../../src/lake/commit.ts'
import { createTable } from '../../src/lake/create.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { commitPath } from '../../src/lake/log/names.ts'
import { commitQueue } from '../../src/lake/queue.ts'
import { readSnapshot, refreshSnapshot } from '../../src/lake/snapshot.ts'
import { localStore } from '../../src/storage/local-store.ts'
import type { ObjectStore, PutOutcome } from '../../src/storage/store.ts'
import { tempFolder } from '../temp-folder.ts'
import { context, logLake } from './log-lake.ts'

const columns = [{ name: 'a', type: { kind: 'bigint' }, nullable: true }] as const

function file(path: string, rows = 1): AddFile {
  const stats = JSON.stringify({ numRecords: rows })
  return { path, partitionValues: {}, size: 10, modificationTime: 1, dataChange: true, stats }
}

function append(...paths: string[]): Change {
  return { operation: 'WRITE', adds: paths.map((path) => file(path)), removes: [], txns: [], reads: 'nothing' }
}

/** The same lake, whose puts of commits go through `put` instead. */
function meddled(lake: Lake, put: (path: string, real: () => Promise<PutOutcome>) => Promise<PutOutcome>): Lake {
  const store: ObjectStore = {
    ...lake.store,
    put: (path, body, options) => put(path, () => lake.store.put(path, body, options)),
  }
  return { ...lake, store }
}

async function rawCommit(lake: Lake, version: number): Promise<Record<string, never>[]> {
  const text = Buffer.from(await lake.store.read(commitPath('t', version))).toString()
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

test('a new table is protocol 1 and 2, empty, and there once', async () => {
  const lake = logLake()
  const snapshot = await createTable(lake, 't', { columns, configuration: { 'delta.appendOnly': 'false' } }, context)
  expect(snapshot).toMatchObject({ version: 0, protocol: { minReaderVersion: 1, minWriterVersion: 2 }, columns })
  expect(snapshot.files.size).toBe(0)
  await expect(createTable(lake, 't', { columns }, context)).rejects.toMatchObject({ code: 'TABLE_EXISTS' })
})

test.each([
  ['two columns that differ in case', [columns[0], { ...columns[0], name: 'A' }], []],
  ['a partition that is no column', columns, ['b']],
  ['nothing but partitions', columns, ['a']],
  [
    'a partition of lists',
    [...columns, { name: 'l', type: { kind: 'list', of: { kind: 'date' } }, nullable: true }],
    ['l'],
  ],
] as const)('a table of %s is refused', async (_, of, partitionBy) => {
  const made = createTable(logLake(), 't', { columns: of, partitionBy }, context)
  await expect(made).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
})

test('a commit says who made it, whether it was blind, and how many rows', async () => {
  const lake = logLake()
  const events: MillEvent[] = []
  const base = await createTable(lake, 't', { columns }, context)
  const noting: Context = { ...context, emit: (event) => events.push(event) }
  await commit(lake, base, { ...append('x', 'y'), parameters: { mode: 'Append', partitionBy: ['a'] } }, noting)
  expect((await rawCommit(lake, 1))[0]).toEqual({
    commitInfo: {
      timestamp: context.now() + 1,
      operation: 'WRITE',
      operationParameters: { mode: 'Append', partitionBy: '["a"]' },
      readVersion: 0,
      isolationLevel: 'WriteSerializable',
      isBlindAppend: true,
      operationMetrics: { numFiles: '2', numOutputRows: '2', numOutputBytes: '20', numRemovedFiles: '0' },
      engineInfo: 'Millrace',
      txnId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  })
  expect(events).toEqual([
    { kind: 'fact', type: 'table.committed', table: 't', version: 1, rowsAdded: 2, filesAdded: 2 },
  ])
})

test('only an append without a txn calls itself blind', async () => {
  const lake = logLake()
  let now = await createTable(lake, 't', { columns }, context)
  const changes: Change[] = [
    { ...append('x'), txns: [{ appId: 'log', version: 9_007_199_254_740_993n }] },
    { ...append('y'), reads: 'everything' },
    { ...append(), removes: [removeOf(file('x'), 5, true)], reads: { files: new Set(['x']), couldHold: () => false } },
  ]
  for (const change of changes) now = await commit(lake, now, change, context)
  for (const version of [1, 2, 3])
    expect((await rawCommit(lake, version))[0]).toMatchObject({ commitInfo: { isBlindAppend: false } })
  expect(now.txns.get('log')).toBe(9_007_199_254_740_993n)
  expect([...now.files.keys()]).toEqual(['y'])
})

test('a snapshot advanced by its own commit is what a reader reads', async () => {
  const lake = logLake()
  const base = await createTable(lake, 't', { columns }, context)
  const made = await commit(lake, base, { ...append('x'), txns: [{ appId: 'b', version: 1n }] }, context)
  expect(made).toEqual(await readSnapshot(lake, 't', {}, context))
})

test('commit times rise though the clock goes back', async () => {
  const lake = logLake()
  let now = 5_000
  const clock: Context = { ...context, now: () => now }
  let snapshot = await createTable(lake, 't', { columns }, clock)
  const times = [snapshot.timestampMs]
  for (const [index, next] of [4_000, 4_000, 9_000, 1_000].entries()) {
    now = next
    snapshot = await commit(lake, snapshot, append(`f${index}`), clock)
    times.push(snapshot.timestampMs)
  }
  expect(times).toEqual([5_000, 5_001, 5_002, 9_000, 9_001])
  expect((await readSnapshot(lake, 't', { timestampMs: 5_001 }, clock)).version).toBe(1)
})

test('a lost race is run again on top of the winners where that is right', async () => {
  const lake = logLake()
  const base = await createTable(lake, 't', { columns }, context)
  await commit(lake, base, append('a'), context)
  await commit(lake, await refreshSnapshot(lake, base, context), append('b'), context)
  const late = await commit(lake, base, append('c'), context)
  expect([...late.files.keys()]).toEqual(['a', 'b', 'c'])
  expect(late).toEqual(await readSnapshot(lake, 't', {}, context))
})

test('a change that read what a winner changed is turned away, and leaves no commit', async () => {
  const lake = logLake()
  const base = await commit(lake, await createTable(lake, 't', { columns }, context), append('a'), context)
  const rewrite = (to: string): Change => ({
    ...append(to),
    operation: 'DELETE',
    removes: [removeOf(file('a'), 5, true)],
    reads: { files: new Set(['a']), couldHold: () => true },
  })
  await commit(lake, base, rewrite('b'), context)
  await expect(commit(lake, base, rewrite('c'), context)).rejects.toMatchObject({
    code: 'COMMIT_CONFLICT',
    message: 'table `t`: the DELETE came second to version 2: it removed a, which this would remove',
  })
  expect((await readSnapshot(lake, 't', {}, context)).version).toBe(2)
})

test('the same batch of two processes is committed once', async () => {
  const lake = logLake()
  const base = await createTable(lake, 't', { columns }, context)
  const batch = (path: string): Change => ({ ...append(path), txns: [{ appId: 'files/s', version: 1n }] })
  await commit(lake, base, batch('a'), context)
  await expect(commit(lake, base, batch('b'), context)).rejects.toMatchObject({ code: 'TXN_COVERED' })
  expect([...(await readSnapshot(lake, 't', {}, context)).files.keys()]).toEqual(['a'])
})

test('a commit without rows is one', async () => {
  const lake = logLake()
  const base = await createTable(lake, 't', { columns }, context)
  const made = await commit(lake, base, { ...append(), txns: [{ appId: 'log', version: 7n }] }, context)
  expect(made).toMatchObject({ version: 1, txns: new Map([['log', 7n]]) })
})

test.each(['created', 'exists', 'unknown'] as const)(
  'an answer `%s` that belies what happened is seen through',
  async (answer) => {
    const real = logLake()
    const base = await createTable(real, 't', { columns }, context)
    for (const [version, happens] of [
      [1, true],
      [2, answer === 'created'],
    ] as const) {
      let lies = 1
      const lake = meddled(real, async (_, put) => {
        if (lies-- <= 0) return put()
        const truth = happens ? await put() : 'unknown'
        return answer === 'created' ? truth : answer
      })
      // an `exists` that is nowhere to be read is a store that lies, not a race
      if (answer === 'exists' && !happens) continue
      const made = await commit(lake, await refreshSnapshot(lake, base, context), append(`f${version}`), context)
      expect(made.version).toBe(version)
      expect(made).toEqual(await readSnapshot(real, 't', {}, context))
    }
  },
)

test('an unknown outcome that cannot be found out is said to be one', async () => {
  const real = logLake()
  const base = await createTable(real, 't', { columns }, context)
  const silent = meddled(real, async () => 'unknown')
  await expect(commit(silent, base, append('a'), context)).rejects.toMatchObject({ code: 'COMMIT_UNKNOWN' })
  let dead = false
  const gone = meddled(real, async (_, put) => {
    await put()
    dead = true
    throw new Error('the line is dead')
  })
  const store: ObjectStore = {
    ...gone.store,
    read: (...asked) => (dead ? Promise.reject(new Error('the line is dead')) : real.store.read(...asked)),
  }
  await expect(commit({ ...gone, store }, base, append('b'), context)).rejects.toMatchObject({
    code: 'COMMIT_UNKNOWN',
    fields: { version: 1, reason: 'the line is dead' },
  })
  // and it did happen: nobody may have deleted b in the meantime
  expect([...(await readSnapshot(real, 't', {}, context)).files.keys()]).toEqual(['b'])
})

test('an error of the put is thrown as it is when nothing was committed, and overruled when something was', async () => {
  const real = logLake()
  const base = await createTable(real, 't', { columns }, context)
  const full = () => new MillraceError('DISK_FULL', { path: 'x' })
  const before = meddled(real, async () => {
    throw full()
  })
  await expect(commit(before, base, append('a'), context)).rejects.toMatchObject({ code: 'DISK_FULL' })
  const after = meddled(real, async (_, put) => {
    await put()
    throw full()
  })
  expect((await commit(after, base, append('a'), context)).version).toBe(1)
})

test('what was read back is synced before it counts', async () => {
  const real = logLake()
  const base = await createTable(real, 't', { columns }, context)
  const lost = meddled(real, async (_, put) => {
    await put()
    return 'unknown'
  })
  const synced: string[] = []
  const store: ObjectStore = { ...lost.store, sync: async (paths) => void synced.push(...paths) }
  await commit({ ...lost, store }, base, append('a'), context)
  expect(synced).toEqual([commitPath('t', 1)])
})

test('after the last look at the signal a commit is made to the end', async () => {
  const real = logLake()
  const base = await createTable(real, 't', { columns }, context)
  const controller = new AbortController()
  const cancelled: Context = { ...context, signal: controller.signal }
  const lake = meddled(real, async (_, put) => {
    controller.abort(new Error('stop'))
    return put()
  })
  expect((await commit(lake, base, append('a'), cancelled)).version).toBe(1)
  await expect(commit(lake, base, append('b'), cancelled)).rejects.toThrow('stop')
})

test('append-only tables, tables that forget txns and unknown features are refused by name', async () => {
  const lake = logLake()
  const only = await createTable(lake, 't', { columns, configuration: { 'delta.appendOnly': 'true' } }, context)
  const one = await commit(lake, only, append('a'), context)
  const removal = {
    ...append(),
    operation: 'DELETE',
    removes: [removeOf(file('a'), 5, true)],
    reads: 'everything' as const,
  }
  await expect(commit(lake, one, removal, context)).rejects.toMatchObject({ code: 'TABLE_APPEND_ONLY' })
  const compaction = { ...append(), adds: [], removes: [removeOf(file('a'), 5, false)] }
  expect((await commit(lake, one, compaction, context)).version).toBe(2)

  const configuration = { 'delta.setTransactionRetentionDuration': 'interval 1 day' }
  const forgets = await createTable(lake, 'u', { columns, configuration }, context)
  expect((await commit(lake, forgets, append('a'), context)).version).toBe(1)
  const flush = { ...append('b'), txns: [{ appId: 'log', version: 1n }] }
  await expect(commit(lake, forgets, flush, context)).rejects.toMatchObject({
    code: 'FEATURE_UNSUPPORTED',
    fields: { feature: 'delta.setTransactionRetentionDuration' },
  })

  const checked = await createTable(lake, 'v', { columns }, context)
  const protocol = { minReaderVersion: 1, minWriterVersion: 3 }
  const metadata = { ...checked.metadata, configuration: { 'delta.constraints.c': 'a > 0' } }
  const upgrade = { ...append(), metadata, protocol }
  await expect(commit(lake, checked, upgrade, context)).rejects.toMatchObject({
    fields: { feature: 'checkConstraints' },
  })
})

test('a constraint that a winner brought stops an append that was under way', async () => {
  const lake = logLake()
  const base = await createTable(lake, 't', { columns }, context)
  const metadata = { ...base.metadata, configuration: { 'delta.appendOnly': 'true' } }
  await commit(lake, base, { ...append('a'), metadata }, context)
  expect((await commit(lake, base, append('b'), context)).version).toBe(2)
  const removal = { ...append(), removes: [removeOf(file('zz'), 5, true)] }
  await expect(commit(lake, base, removal, context)).rejects.toMatchObject({ code: 'TABLE_APPEND_ONLY' })
})

test('a file is not removed twice, nor added twice', async () => {
  const lake = logLake()
  const base = await commit(lake, await createTable(lake, 't', { columns }, context), append('a'), context)
  await expect(commit(lake, base, append('a'), context)).rejects.toMatchObject({ code: 'COMMIT_CONFLICT' })
  const removal = { ...append(), removes: [removeOf(file('b'), 5, false)] }
  await expect(commit(lake, base, removal, context)).rejects.toMatchObject({ code: 'COMMIT_CONFLICT' })
})

test('fifty writers at once on a disk lose nothing', async () => {
  const root = await tempFolder()
  const lake: Lake = { ...logLake(), store: localStore(root), root, queue: commitQueue() }
  const base = await createTable(lake, 't', { columns }, context)
  const writers = Array.from({ length: 50 }, (_, at) => commit(lake, base, append(`f${at}`), context))
  for (const writer of writers) await writer
  const after = await readSnapshot(lake, 't', {}, context)
  expect(after.version).toBe(50)
  expect(after.files.size).toBe(50)
})

test('a txn may carry the version of its own commit, also of one that others came before', async () => {
  const lake = logLake()
  const base = await createTable(lake, 't', { columns }, context)
  await commit(lake, base, append('x'), context)
  const txns = (version: number) => [{ appId: 'built', version: BigInt(version) }]
  const after = await commit(lake, base, { ...append('y'), txns }, context)
  expect(after.version).toBe(2)
  expect(after.txns).toEqual(new Map([['built', 2n]]))
  expect((await readSnapshot(lake, 't', {}, context)).txns.get('built')).toBe(2n)
  expect((await rawCommit(lake, 2)).flatMap(({ txn }) => txn ?? [])).toEqual([
    { appId: 'built', version: 2, lastUpdated: context.now() + 2 },
  ])
})
