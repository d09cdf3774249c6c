import { describe, expect, test } from 'vitest'
import { commit } from '../../../src/lake/commit.ts'
import { applyDelete, planDelete } from '../../../src/lake/delete.ts'
import { mergeByKey } from '../../../src/lake/merge.ts'
import { applyOptimize, planOptimize } from '../../../src/lake/optimize.ts'
import { readSnapshot, refreshSnapshot } from '../../../src/lake/snapshot.ts'
import { stage } from '../../../src/lake/stage.ts'
import { append, overwrite } from '../../../src/lake/write.ts'
import { context } from '../../lake/log-lake.ts'
import { deltalake, expectSame, lakeOf, missing, ownRows, pathOf, query, snapshotOf } from './foreign.ts'

const numbers = (from: number, to: number, v = 'own') =>
  query(`SELECT range AS n, '${v}' AS v FROM range(${from}, ${to})`)
const foreign = (...rows: readonly (readonly [number, string])[]) => rows.map(([n, v]) => [String(n), v])

describe.skipIf(missing)(missing ?? 'foreign commits are noticed and survived', () => {
  test('appends, deletions, merges, compaction and overwrites of deltalake, one after the other', async () => {
    const lake = await lakeOf({ n: 'bigint', v: 'varchar' })
    const path = pathOf(lake)
    await append(lake, 't', numbers(0, 5), { txns: [{ appId: 'files/s', version: 7n }] }, context)
    let known = await snapshotOf(lake)
    const steps: readonly (readonly [string, object, number])[] = [
      ['write', { path, mode: 'append', rows: foreign([10, 'theirs'], [11, 'theirs']) }, 7],
      ['delete', { path, predicate: 'n = 2 OR n = 10' }, 5],
      ['merge', { path, rows: foreign([1, 'merged'], [20, 'merged']), predicate: 's.n = t.n' }, 6],
      ['optimize', { path }, 6],
      ['checkpoint', { path }, 6],
      ['write', { path, mode: 'overwrite', rows: foreign([100, 'all']) }, 1],
    ]
    for (const [command, args, rows] of steps) {
      await deltalake.ask(command, args)
      known = await refreshSnapshot(lake, known, context)
      expect(known, command).toEqual(
        await readSnapshot(lake, 't', { version: known.version }, context).then((read) => ({
          ...read,
          ...checkpointOf(known),
        })),
      )
      expect(await expectSame(lake), command).toHaveLength(rows)
      // and the table is written by us again
      await append(lake, 't', numbers(50, 51), { base: known }, context)
      await deltalake.ask('delete', { path, predicate: 'n = 50' })
    }
    expect((await snapshotOf(lake)).txns.get('files/s')).toBe(7n)
  })

  test('what was decided before a foreign commit is judged by it', async () => {
    const lake = await lakeOf({ n: 'bigint', v: 'varchar' })
    const path = pathOf(lake)
    await append(lake, 't', numbers(0, 5), {}, context)
    const base = await snapshotOf(lake)
    const plan = await planDelete(lake, 't', { sql: 'n < 3' }, context)
    const staged = await stage(lake, base, numbers(200, 201), context)
    await deltalake.ask('delete', { path, predicate: 'n = 1' })
    // an append goes on top, a deletion that read the file is turned away
    const change = { operation: 'WRITE', adds: staged.adds, removes: [], txns: [], reads: 'nothing' } as const
    await commit(lake, base, change, context)
    await expect(applyDelete(lake, plan, {}, context)).rejects.toMatchObject({ code: 'COMMIT_CONFLICT' })
    expect(await expectSame(lake)).toEqual([
      '["0","own"]',
      '["2","own"]',
      '["200","own"]',
      '["3","own"]',
      '["4","own"]',
    ])
  })

  test('a compaction leaves alone what deltalake compacted first', async () => {
    const lake = await lakeOf({ n: 'bigint', v: 'varchar' })
    for (let at = 0; at < 4; at++) await append(lake, 't', numbers(at, at + 1), {}, context)
    const plan = await planOptimize(lake, 't', {}, context)
    await deltalake.ask('optimize', { path: pathOf(lake) })
    expect(await applyOptimize(lake, plan, context)).toMatchObject({ binsSkipped: 1, filesRemoved: 0 })
    expect(await expectSame(lake)).toHaveLength(4)
  })

  test('both writing at the same time lose nothing', async () => {
    const lake = await lakeOf({ n: 'bigint', v: 'varchar' })
    const path = pathOf(lake)
    await append(lake, 't', numbers(0, 3, 'counter'), {}, context)
    const theirs = async () => {
      for (let at = 0; at < 10; at++)
        await untilCommitted('write', { path, mode: 'append', rows: foreign([1000 + at, 'theirs']) })
    }
    const ours = async () => {
      for (let at = 0; at < 10; at++) {
        await append(lake, 't', numbers(2000 + at, 2001 + at), {}, context)
        await mergeByKey(lake, 't', { key: ['n'], rows: numbers(at % 3, (at % 3) + 1, `merged ${at}`) }, {}, context)
      }
    }
    await Promise.all([theirs(), ours()])
    expect(await expectSame(lake)).toHaveLength(23)
  })

  test('a table that deltalake made and partitioned is written by Millrace', async () => {
    const lake = await lakeOf({ n: 'bigint' })
    const path = `${lake.root}/theirs`
    const schema = [
      ['p', 'string'],
      ['n', 'int64'],
      ['x', 'float64'],
    ]
    await deltalake.ask('write', {
      path,
      mode: 'append',
      schema,
      rows: [
        ['a b', '1', 0.5],
        ['ü/%', '2', null],
        [null, '3', 1.5],
      ],
      partition_by: ['p'],
    })
    await append(lake, 'theirs', query("SELECT 'ü/%' AS p, 4::BIGINT AS n, 2.5::DOUBLE AS x"), {}, context)
    await overwrite(
      lake,
      'theirs',
      query('SELECT NULL::VARCHAR AS p, 5::BIGINT AS n, NULL::DOUBLE AS x'),
      { partitions: 'written' },
      {},
      context,
    )
    const { rows } = await deltalake.ask<{ rows: unknown[][] }>('query', {
      path,
      sql: 'SELECT p, n, x FROM t ORDER BY n',
    })
    expect(rows).toEqual([
      ['a b', '1', 0.5],
      ['ü/%', '2', null],
      ['ü/%', '4', 2.5],
      [null, '5', null],
    ])
    expect(await ownRows(lake)).toEqual([])
  })
})

/**
 * A command of deltalake, given again as long as it loses the race: an append of delta-rs counts as having read every
 * file (`read_files` of its conflict checker), so each merge that commits in between turns it away.
 */
async function untilCommitted(command: string, args: object): Promise<void> {
  try {
    await deltalake.ask(command, args)
  } catch (error) {
    if (!String(error).includes('CommitFailedError')) throw error
    await untilCommitted(command, args)
  }
}

/** Which checkpoint a snapshot was read from is no part of what it is. */
function checkpointOf({ checkpointVersion }: { readonly checkpointVersion?: number }) {
  return { checkpointVersion }
}
