import { expect, test } from 'vitest'
import type { Txn } from '../../src/lake/actions.ts'
import { writeCheckpoint } from '../../src/lake/checkpoint.ts'
import { createTable } from '../../src/lake/create.ts'
import { commitPath } from '../../src/lake/log/names.ts'
import { readSnapshot } from '../../src/lake/snapshot.ts'
import { append } from '../../src/lake/write.ts'
import {
  type BuildIntent,
  buildApp,
  buildOf,
  builtApp,
  fingerprintApp,
  inputApp,
  intentFile,
  intentPath,
  readState,
} from '../../src/models/state.ts'
import { writeOwnFile } from '../../src/storage/own-file.ts'
import { columns } from '../engines/harness.ts'
import { context, openLake } from '../query/harness.ts'

const lake = await openLake()
const txns = (build: bigint, fingerprint: string, inputs: Readonly<Record<string, bigint>>) => (version: number) => [
  { appId: buildApp, version: build },
  { appId: builtApp, version: BigInt(version) },
  { appId: fingerprintApp(fingerprint), version: build },
  ...Object.entries(inputs).map(([id, read]): Txn => ({ appId: inputApp(id), version: read })),
]

async function commit(table: string, build: bigint, fingerprint: string, inputs: Record<string, bigint>) {
  const rows = { sql: 'SELECT 1::BIGINT AS n', from: {} }
  await append(lake, table, rows, { txns: txns(build, fingerprint, inputs) }, context)
}

const intent = (table: string, build: bigint, content: BuildIntent) =>
  writeOwnFile(lake.store, intentPath(table, build), intentFile, content)
const stateOf = async (table: string) => readState(lake, await readSnapshot(lake, table, {}, context), context)

test('a table that no build has made has no state', async () => {
  await createTable(lake, 'other', { columns: columns({ n: 'bigint' }) }, context)
  expect(await stateOf('other')).toBeUndefined()
})

test('the last build, what it read and what it left is told, also from a checkpoint alone', async () => {
  await createTable(lake, 'm', { columns: columns({ n: 'bigint' }) }, context)
  await intent('m', 1n, { labels: 'all', remaining: 'all' })
  await commit('m', 1n, 'old', { x: 3n, y: 9n })
  await intent('m', 2n, { labels: ['2024-01-01'], remaining: ['2024-01-02', null] })
  await commit('m', 2n, 'new', { x: 5n })
  // a build that was not committed
  await intent('m', 3n, { labels: 'all', remaining: [] })
  const expected = {
    build: 2n,
    builtVersion: 2,
    fingerprint: 'new',
    inputs: new Map([
      ['x', 5],
      ['y', 9],
    ]),
    remaining: ['2024-01-02', null],
  }
  expect(await stateOf('m')).toEqual(expected)
  await writeCheckpoint(lake, await readSnapshot(lake, 'm', {}, context), context)
  for (const version of [0, 1, 2]) await lake.store.delete(commitPath('m', version))
  expect(await stateOf('m')).toEqual(expected)
})

test('a fingerprint that comes back is that of the newest build, and without its intent all may be left', async () => {
  await createTable(lake, 'back', { columns: columns({ n: 'bigint' }) }, context)
  for (const [at, fingerprint] of ['a', 'b', 'a'].entries()) await commit('back', BigInt(at + 1), fingerprint, {})
  expect(await stateOf('back')).toMatchObject({ build: 3n, fingerprint: 'a', remaining: 'all' })
  expect(buildOf([{ appId: buildApp, version: 3n }])).toBe(3n)
  expect(buildOf([{ appId: 'other', version: 3n }])).toBeUndefined()
})
