import { expect, onTestFinished, test } from 'vitest'
import { deleteWhere } from '../../src/lake/delete.ts'
import { applyRestore, planRestore } from '../../src/lake/restore.ts'
import { append } from '../../src/lake/write.ts'
import { nodeDisk } from '../../src/storage/disk.ts'
import { streamLedger } from '../../src/streams/ledger.ts'
import { tempFolder } from '../temp-folder.ts'
import { type IngestingSite, openIngest } from './ingest-harness.ts'
import { context, liveEngine } from './live-harness.ts'

async function opened(): Promise<IngestingSite> {
  const root = await tempFolder()
  const engine = await liveEngine(root)
  const on = await openIngest(root, engine)
  onTestFinished(async () => {
    await on.live[Symbol.asyncDispose]().catch(() => undefined)
    await engine.close()
  })
  return on
}

async function ledgerOf({ lake, live }: IngestingSite) {
  const account = await streamLedger(lake, 'events', { disk: nodeDisk(), view: async () => live.log }, context)
  if (!account) throw new Error('no ledger')
  return account
}

test('what was received is accounted for before it is in the table, and after', async () => {
  const on = await opened()
  await on.send('[{"id":"a","n":1},{"id":"b","n":-1},{"id":"c","n":"x"}]')
  await on.send('[{"id":"a","n":1},{"id":"a","n":2},{"id":"d","n":3}]')
  const counters = { received: 6, accepted: 3, duplicates: 1, rejected: 2, conflicts: 1 }
  expect(await ledgerOf(on)).toMatchObject({ counters, read: 0n, next: 5n, pending: 3n, stored: 0n, open: [] })
  await on.live.flush()
  expect(await ledgerOf(on)).toMatchObject({
    counters,
    read: 5n,
    pending: 0n,
    stored: 2n,
    rejectedByRule: 1n,
    rejects: { open: 3n, mended: 0n },
    rows: { stored: 2n, removed: 0n, foreign: 0n, inTable: 2n },
    open: [],
  })
  await on.send('{"id":"e","n":5}')
  expect(await ledgerOf(on)).toMatchObject({ pending: 1n, stored: 2n, open: [] })
})

test('an id that others bring while its event is under way is stored once, and counted', async () => {
  const on = await opened()
  await on.send('[{"id":"a","n":1},{"id":"b","n":2}]')
  await append(on.lake, 'events', { sql: `SELECT 'a' AS id, 9 AS n`, from: {} }, {}, context)
  await on.live.flush()
  expect(await ledgerOf(on)).toMatchObject({
    stored: 1n,
    lateDuplicates: 1n,
    rows: { stored: 1n, foreign: 1n, inTable: 2n },
    open: [],
  })
  await on.send('{"id":"c","n":2}')
  await on.live.flush()
  expect(await ledgerOf(on)).toMatchObject({ stored: 2n, lateDuplicates: 1n, rows: { foreign: 1n }, open: [] })
})

test('rows that are removed and brought back are named', async () => {
  const on = await opened()
  await on.send('[{"id":"a","n":1},{"id":"b","n":2},{"id":"c","n":3}]')
  await on.live.flush()
  await deleteWhere(on.lake, 'events', { sql: 'n < 3', conditions: [] }, {}, context)
  expect(await ledgerOf(on)).toMatchObject({ rows: { stored: 3n, removed: 2n, inTable: 1n }, open: [] })
  await on.send('{"id":"d","n":4}')
  await on.live.flush()
  expect(await ledgerOf(on)).toMatchObject({ rows: { stored: 4n, removed: 2n, inTable: 2n }, open: [] })
  const plan = await planRestore(on.lake, 'events', { version: 1 }, context)
  await applyRestore(on.lake, plan, {}, context)
  expect(await ledgerOf(on)).toMatchObject({ rows: { stored: 4n, inTable: 3n }, open: [] })
})
