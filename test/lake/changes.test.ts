import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Action } from '../../src/lake/actions.ts'
import { changesBetween, type TableChanges } from '../../src/lake/changes.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { commitPath } from '../../src/lake/log/names.ts'
import { schemaOf } from '../../src/lake/schema.ts'
import { readSnapshot } from '../../src/lake/snapshot.ts'
import { columns } from '../engines/harness.ts'
import { add, commitInfo, context, logLake, metadata, protocol, remove, writeLog } from './log-lake.ts'

const moved = (path: string): Action => add(path, { dataChange: false })
const movedAway = (path: string): Action => ({ remove: { path, dataChange: false } })

/** A table of commits, all files of which are there. */
async function lakeOf(commits: readonly Action[][]): Promise<Lake> {
  const lake = logLake()
  await writeLog(lake, 't', commits)
  for (const action of commits.flat())
    if ('add' in action) await lake.store.put(`t/${action.add.path}`, new Uint8Array())
  return lake
}

async function changes(lake: Lake, from: number, to?: number): Promise<TableChanges | undefined> {
  const snapshot = await readSnapshot(lake, 't', to === undefined ? {} : { version: to }, context)
  return changesBetween(lake, from, snapshot, context)
}

const paths = (found: TableChanges | undefined) =>
  found && { added: [...found.added.keys()].sort(), removed: [...found.removed.keys()].sort() }

const start = [protocol, metadata(), add('a'), add('b')]

test('commits that bring or take rows are told, with their files, and who made them', async () => {
  const txn: Action = { txn: { appId: 'app', version: 7n } }
  const lake = await lakeOf([
    start,
    [commitInfo(1, { operation: 'WRITE' }), txn, add('c')],
    [commitInfo(2, { operation: 'OPTIMIZE' }), moved('d'), movedAway('a'), movedAway('b'), movedAway('c')],
    [remove('d'), add('e')],
    [commitInfo(4)],
  ])
  const found = await changes(lake, 0)
  expect(paths(found)).toEqual({ added: ['c', 'e'], removed: ['d'] })
  expect(found?.commits).toEqual([
    { version: 1, operation: 'WRITE', txns: [{ appId: 'app', version: 7n }], filesAdded: 1, filesRemoved: 0 },
    { version: 3, operation: '', txns: [], filesAdded: 1, filesRemoved: 1 },
  ])
  expect(paths(await changes(lake, 1, 2))).toEqual({ added: [], removed: [] })
  expect(paths(await changes(lake, 4))).toEqual({ added: [], removed: [] })
})

test('what came and went in between, or went and came back, has not changed', async () => {
  const lake = await lakeOf([start, [add('c'), remove('a')], [remove('c')], [add('a'), remove('b')]])
  expect(paths(await changes(lake, 0))).toEqual({ added: [], removed: ['b'] })
})

test('all must be taken as changed when a commit or a file is gone, or the version lies ahead', async () => {
  const lake = await lakeOf([start, [add('c')], [add('d')]])
  expect(await changes(lake, 3)).toBeUndefined()
  await lake.store.delete('t/d')
  expect(await changes(lake, 0)).toBeUndefined()
  expect(paths(await changes(lake, 0, 1))).toEqual({ added: ['c'], removed: [] })
  const snapshot = await readSnapshot(lake, 't', { version: 1 }, context)
  await lake.store.delete(commitPath('t', 1))
  expect(await changesBetween(lake, 0, snapshot, context)).toBeUndefined()
  expect(paths(await changesBetween(lake, 1, snapshot, context))).toEqual({ added: [], removed: [] })
})

test('all must be taken as changed when another table has the name, or a file does not say of which partition it was', async () => {
  const lake = await lakeOf([start, [metadata({ id: 'table-2' }), add('c')], [add('d')]])
  expect(await changes(lake, 0)).toBeUndefined()
  expect(paths(await changes(lake, 1))).toEqual({ added: ['d'], removed: [] })
  const parts = await lakeOf([[protocol, metadata({ partitionColumns: ['a'] }), add('a')], [remove('a')]])
  expect(await changes(parts, 0)).toBeUndefined()
})

test('added columns change no row; columns that are gone, of another type, or other partitions make all unknown', async () => {
  const shape = (texts: Readonly<Record<string, string>>, partitionColumns: readonly string[] = []) =>
    metadata({ schemaString: schemaOf(columns(texts)), partitionColumns })
  const between = async (before: Action, after: Action) =>
    paths(
      await changes(
        await lakeOf([
          [protocol, before, add('a')],
          [after, add('b')],
        ]),
        0,
      ),
    )
  const known = { added: ['b'], removed: [] }
  expect(await between(shape({ a: 'bigint' }), shape({ a: 'bigint not null', b: 'date' }))).toEqual(known)
  expect(await between(shape({ a: 'bigint' }), shape({ b: 'bigint' }))).toBeUndefined()
  expect(await between(shape({ a: 'bigint' }), shape({ a: 'varchar' }))).toBeUndefined()
  expect(await between(shape({ a: 'bigint' }), shape({ a: 'bigint' }, ['a']))).toBeUndefined()
})

/** A table as rows: a file holds some rows, never another's. */
type Step = { readonly kind: 'append' | 'delete' | 'compact' | 'restore'; readonly at: number }

test('every row that came or went lies in the files that are told', async () => {
  const steps = fc.array(
    fc.record({
      kind: fc.constantFrom('append', 'delete', 'compact', 'restore'),
      at: fc.nat(99),
    }) as fc.Arbitrary<Step>,
    { minLength: 1, maxLength: 12 },
  )
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(11), async (taken, cut) => {
      const rowsOf = new Map<string, readonly number[]>([['a', [0]]])
      const versions: ReadonlySet<string>[] = [new Set(['a'])]
      const commits: Action[][] = [[protocol, metadata(), add('a')]]
      for (const [step, { kind, at }] of taken.entries()) {
        const live = versions.at(-1) as ReadonlySet<string>
        const picked = [...live].filter((_, index) => (at >> index) % 2 === 0)
        const fresh = `f${step}`
        if (kind === 'append') rowsOf.set(fresh, [step + 1])
        const next = new Set(live)
        if (kind === 'append') next.add(fresh)
        else if (kind === 'delete') for (const path of picked) next.delete(path)
        else if (kind === 'compact') {
          for (const path of picked) next.delete(path)
          rowsOf.set(
            fresh,
            picked.flatMap((path) => rowsOf.get(path) ?? []),
          )
          next.add(fresh)
        }
        const after = kind === 'restore' ? (versions[at % versions.length] as ReadonlySet<string>) : next
        commits.push([
          commitInfo(step),
          ...[...after].filter((path) => !live.has(path)).map(kind === 'compact' ? moved : (path) => add(path)),
          ...[...live].filter((path) => !after.has(path)).map(kind === 'compact' ? movedAway : remove),
        ])
        versions.push(after)
      }
      const from = cut % versions.length
      const found = await changes(await lakeOf(commits), from)
      const held = (paths: Iterable<string>) => new Set([...paths].flatMap((path) => rowsOf.get(path) ?? []))
      const [before, after] = [held(versions[from] ?? []), held(versions.at(-1) ?? [])]
      const [added, removed] = [held(found?.added.keys() ?? []), held(found?.removed.keys() ?? [])]
      for (const row of after) if (!before.has(row)) expect(added.has(row)).toBe(true)
      for (const row of before) if (!after.has(row)) expect(removed.has(row)).toBe(true)
    }),
    { numRuns: 300 },
  )
})
