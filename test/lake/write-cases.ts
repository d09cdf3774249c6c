import { parseColumn } from '../../src/core/columns.ts'
import type { Engine } from '../../src/engines/engine.ts'
import { deleteWhere } from '../../src/lake/delete.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { mergeByKey } from '../../src/lake/merge.ts'
import { addColumns, overwrite } from '../../src/lake/write.ts'
import type { FaultCase } from '../faults/suite.ts'
import { appendOnce, create, lakeScenario, rows } from './faulty-lake.ts'
import { context } from './log-lake.ts'

async function prepare(lake: Lake): Promise<void> {
  await create(lake)
  await appendOnce(lake, 1n, [1, 2, 3, 4])
}

/** What an operation on the prepared table needs that writes one file anew: of ids that are odd, or even. */
const oneFile = (day: string): Pick<FaultCase, 'needed' | 'spare'> => ({
  needed: [
    'file lake/.millrace-staging/*',
    `file lake/t/day=${day}/part-*-*.parquet`,
    'folder lake/t/_delta_log',
    `folder lake/t/day=${day}`,
  ],
  spare: ['folder .', 'folder lake', 'folder lake/t'],
})

/** What changes the rows and columns of a table. */
export function writeCases(engine: Engine): Readonly<Record<string, FaultCase>> {
  return {
    'rows that are deleted': {
      it: lakeScenario({
        engine,
        prepare,
        operate: (lake) => deleteWhere(lake, 't', { sql: 'id = 3' }, {}, context),
        before: rows(1, 2, 3, 4).text,
        after: rows(1, 2, 4).text,
      }),
      ...oneFile('2026-01-02'),
    },
    'rows that are merged by key': {
      it: lakeScenario({
        engine,
        prepare,
        operate: (lake) => mergeByKey(lake, 't', { key: ['id'], rows: changed(2, 6) }, {}, context),
        before: rows(1, 2, 3, 4).text,
        after: [...rows(1, 3, 4).text, ...changed(2, 6).text].toSorted(),
      }),
      needed: [
        'file lake/.millrace-staging/*',
        'file lake/t/day=2026-01-01/part-*-*.parquet',
        'file lake/t/day=2026-01-01/part-*-*.parquet 2',
        'folder lake/t/_delta_log',
        'folder lake/t/day=2026-01-01',
      ],
      spare: ['folder .', 'folder lake', 'folder lake/t'],
    },
    'a partition that is replaced': {
      it: lakeScenario({
        engine,
        prepare,
        operate: (lake) => overwrite(lake, 't', rows(5, 7), { partitions: 'written' }, {}, context),
        before: rows(1, 2, 3, 4).text,
        after: rows(2, 4, 5, 7).text,
      }),
      ...oneFile('2026-01-02'),
    },
    'a column that is added': {
      it: lakeScenario({
        engine,
        prepare,
        operate: (lake) => addColumns(lake, 't', [parseColumn('more', 'bigint')], context),
        before: rows(1, 2, 3, 4).text,
        after: rows(1, 2, 3, 4).text.map((row) => row.replace(/]$/, ',null]')),
      }),
      needed: ['file lake/.millrace-staging/*', 'folder lake/t/_delta_log'],
      spare: ['folder .', 'folder lake', 'folder lake/t'],
    },
  }
}

function changed(...ids: readonly number[]): ReturnType<typeof rows> {
  const { sql, from, text } = rows(...ids)
  return {
    sql: sql.replace(', v', ", 'changed' AS v"),
    from,
    text: text.map((row) => row.replace(/value \d+/, 'changed')),
  }
}
