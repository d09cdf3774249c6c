import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Context } from '../src/core/context.ts'
import { openDuckdb } from '../src/engines/duckdb.ts'
import type { Action } from '../src/lake/actions.ts'
import { writeCheckpoint } from '../src/lake/checkpoint.ts'
import type { Lake } from '../src/lake/lake.ts'
import { encodeCommit } from '../src/lake/log/commit-codec.ts'
import { commitPath, logFolder } from '../src/lake/log/names.ts'
import { commitQueue } from '../src/lake/queue.ts'
import { relationOf } from '../src/lake/relation.ts'
import { schemaOf } from '../src/lake/schema.ts'
import { readSnapshot } from '../src/lake/snapshot.ts'
import { localStore } from '../src/storage/local-store.ts'
import { type Bench, type Figure, median } from './harness/figure.ts'
import { smallCommits } from './harness/small-commits.ts'

const commits = 10_000
const filesPerCommit = 10
const files = commits * filesPerCommit
const rounds = 5
const context: Context = { signal: new AbortController().signal, emit: () => {}, now: Date.now }

export const bench: Bench = {
  about: `A table of ${commits} commits and ${files} files: its snapshot, and which files a filter needs. Then 1,000 small commits in a row.`,
  async run(say) {
    const root = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
    const engine = await openDuckdb({ memoryBytes: 2 ** 30, threads: 2, tempFolder: join(root, 'spill') })
    const lake: Lake = { store: localStore(root), engine, root, queue: commitQueue() }
    const figure = (name: string, values: readonly number[], bar?: number): Figure => {
      const value = median(values)
      say(`${name.padEnd(32)} ${value.toFixed(0)} ms`)
      return { name, value, unit: 'ms', ...(bar && { bar }) }
    }
    try {
      await writeLog(root)
      const empty = usedHeapMb()
      const { fromLog, checkpointed } = await fromCommits(lake)
      const { cold, skipping } = await fromCheckpoint(lake)
      const snapshot = await readSnapshot(lake, 't', {}, context)
      const held = usedHeapMb() - empty
      say(`${`memory of ${snapshot.files.size} files`.padEnd(32)} ${held.toFixed(0)} MB`)
      return [
        figure('snapshot from its checkpoint', cold, 1500),
        figure('snapshot from the commits alone', [fromLog]),
        figure('checkpoint written and verified', [checkpointed]),
        figure('files of a filter by statistics', skipping),
        { name: 'memory of the snapshot', value: held, unit: 'MB' },
        ...(await smallCommits(lake, context, say)),
      ]
    } finally {
      await engine.close()
      rmSync(root, { recursive: true, force: true })
    }
  },
}

async function fromCommits(lake: Lake): Promise<{ readonly fromLog: number; readonly checkpointed: number }> {
  const { ms: fromLog, result } = await timed(() => readSnapshot(lake, 't', {}, context))
  const { ms: checkpointed } = await timed(() => writeCheckpoint(lake, result, context))
  return { fromLog, checkpointed }
}

async function fromCheckpoint(
  lake: Lake,
): Promise<{ readonly cold: readonly number[]; readonly skipping: readonly number[] }> {
  const cold: number[] = []
  const skipping: number[] = []
  for (let round = 0; round < rounds; round++) {
    const { ms, result: snapshot } = await timed(() => readSnapshot(lake, 't', {}, context))
    cold.push(ms)
    const early = { column: ['at'], op: '<', value: '2019-11-03T00:00:00.000Z' } as const
    const found = await timed(async () => relationOf(lake, snapshot, [early]))
    skipping.push(found.ms)
    const right = snapshot.files.size === files && snapshot.checkpointVersion === commits - 1
    if (!right || found.result.files.length > 3000) throw new Error('the snapshot is not what was to be measured')
  }
  return { cold, skipping }
}

async function timed<Result>(work: () => Promise<Result>): Promise<{ readonly ms: number; readonly result: Result }> {
  const started = performance.now()
  const result = await work()
  return { ms: performance.now() - started, result }
}

/** The log of a table that grew by small appends, written past the store: syncs are not what is measured here. */
async function writeLog(root: string): Promise<void> {
  await mkdir(join(root, logFolder('t')), { recursive: true })
  const first: Action[] = [
    { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
    {
      metaData: {
        id: 'bench',
        format: { provider: 'parquet', options: {} },
        schemaString: schemaOf([
          { name: 'id', type: { kind: 'bigint' }, nullable: true },
          { name: 'at', type: { kind: 'timestamptz' }, nullable: true },
          { name: 'name', type: { kind: 'varchar' }, nullable: true },
          { name: 'day', type: { kind: 'date' }, nullable: true },
        ]),
        partitionColumns: ['day'],
        configuration: {},
      },
    },
  ]
  for (let version = 0; version < commits; version++) {
    const actions: Action[] = [{ commitInfo: { timestamp: 1_572_566_400_000 + version, operation: 'WRITE' } }]
    if (version === 0) actions.push(...first)
    for (let file = 0; file < filesPerCommit; file++) actions.push(added(version * filesPerCommit + file))
    await writeFile(join(root, commitPath('t', version)), encodeCommit(actions))
  }
}

function added(number: number): Action {
  const at = new Date(1_572_566_400_000 + number * 60_000).toISOString()
  const day = at.slice(0, 10)
  const bounds = { id: number * 100, at, name: `visitor ${number}` }
  return {
    add: {
      path: `day=${day}/part-${String(number).padStart(8, '0')}-6f3c-4000-8000-0123456789ab.parquet`,
      partitionValues: { day },
      size: 100_000 + number,
      modificationTime: 1_572_566_400_000,
      dataChange: true,
      stats: JSON.stringify({
        numRecords: 100,
        minValues: bounds,
        maxValues: { ...bounds, id: number * 100 + 99 },
        nullCount: { id: 0, at: 0, name: 3 },
      }),
    },
  }
}

/** The heap in use once all garbage is gone. */
function usedHeapMb(): number {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  collectGarbage()
  return process.memoryUsage().heapUsed / 2 ** 20
}
