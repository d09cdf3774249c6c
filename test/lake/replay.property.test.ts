import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Action } from '../../src/lake/actions.ts'
import { writeCheckpoint } from '../../src/lake/checkpoint.ts'
import { commitPath } from '../../src/lake/log/names.ts'
import { readSnapshot, refreshSnapshot, type Snapshot } from '../../src/lake/snapshot.ts'
import { engine } from '../engines/harness.ts'
import { tempFolder } from '../temp-folder.ts'
import { add, commitInfo, context, metadata, protocol, writeLog } from './log-lake.ts'
import { tableLake } from './table-lake.ts'

const duckdb = await engine()
const numRuns = Number(process.env['MILLRACE_PROPERTY_RUNS'] ?? 25)

const name = fc.constantFrom('a', 'b', 'c', 'd', 'é %/f')
const step: fc.Arbitrary<Action> = fc.oneof(
  fc.tuple(name, fc.nat({ max: 9 })).map(([path, size]) => add(path, { size, dataChange: false })),
  name.map((path): Action => ({ remove: { path, dataChange: false, deletionTimestamp: context.now() } })),
  fc.tuple(name, fc.bigInt({ min: 2n ** 62n, max: 2n ** 63n - 1n })).map(
    ([appId, version]): Action => ({
      txn: { appId, version },
    }),
  ),
)
const commit = fc.uniqueArray(step, {
  minLength: 1,
  maxLength: 4,
  selector: (action) =>
    'txn' in action
      ? `txn ${action.txn.appId}`
      : 'add' in action
        ? action.add.path
        : 'remove' in action && action.remove.path,
})

test('however a version is read, from its commits, a checkpoint or an older snapshot, it is the same table', async () => {
  let run = 0
  const lake = tableLake(await tempFolder(), duckdb)
  const history = fc.array(commit, { minLength: 1, maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(history, fc.nat(), fc.nat(), async (commits, checkpointAt, refreshAt) => {
      const table = `t${run++}`
      const all = [
        [commitInfo(1), protocol, metadata()],
        ...commits.map((actions, at) => [commitInfo(at + 2), ...actions]),
      ]
      await writeLog(lake, table, all)
      const last = all.length - 1
      const fromCommits = await readSnapshot(lake, table, {}, context)
      const older = await readSnapshot(lake, table, { version: refreshAt % all.length }, context)
      const base = await readSnapshot(lake, table, { version: checkpointAt % all.length }, context)
      await writeCheckpoint(lake, base, context)
      for (let version = 0; version < base.version; version++) await lake.store.delete(commitPath(table, version))
      const fromCheckpoint = await readSnapshot(lake, table, {}, context)
      expect(fromCheckpoint.checkpointVersion).toBe(base.version)
      expect(fromCommits.version).toBe(last)
      expect(contentOf(fromCheckpoint)).toEqual(contentOf(fromCommits))
      expect(contentOf(await refreshSnapshot(lake, older, context))).toEqual(contentOf(fromCommits))
    }),
    { numRuns },
  )
})

function contentOf({ checkpointVersion: _, ...content }: Snapshot) {
  return content
}
