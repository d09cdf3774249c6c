import { join } from 'node:path'
import { expect, test } from 'vitest'
import { relationOf } from '../../src/lake/relation.ts'
import { schemaOf } from '../../src/lake/schema.ts'
import { readSnapshot } from '../../src/lake/snapshot.ts'
import { columns, engine } from '../engines/harness.ts'
import { tempFolder } from '../temp-folder.ts'
import { add, context, logLake, metadata, protocol, writeLog } from './log-lake.ts'
import { rowsOf, tableLake, writeRows } from './table-lake.ts'

const duckdb = await engine()

test('partition values come from the log, of every type, whatever the path says', async () => {
  const lake = tableLake(await tempFolder(), duckdb)
  const table = {
    id: 'integer',
    b: 'boolean',
    s: 'smallint',
    i: 'integer',
    l: 'bigint',
    d: 'decimal(12,5)',
    f: 'float',
    g: 'double',
    v: 'varchar',
    day: 'date',
    at: 'timestamptz',
    u: 'uuid',
  }
  const { id: _, ...partitions } = table
  const values: Readonly<Record<string, string>> = {
    b: 'true',
    s: '-3',
    i: '7',
    l: '9223372036854775807',
    d: '-2342342.23423',
    f: '0.5',
    g: 'NaN',
    v: "a/b=c %20'é\u0000",
    day: '2019-11-01',
    at: '2021-10-01 08:09:20.000001',
    u: '6f3c1e9a-0000-4000-8000-0123456789ab',
  }
  const rows = columns({ id: 'integer' })
  const [some] = await writeRows(lake, 't/v=wrong', rows, [[1]])
  const [none] = await writeRows(lake, 't', rows, [[2]])
  const [empty] = await writeRows(lake, 't', rows, [[3]])
  const placed = (action: typeof some, partitionValues: Readonly<Record<string, string | null>>, folder = '') =>
    action && 'add' in action ? [add(`${folder}${action.add.path}`, { partitionValues })] : []
  await writeLog(lake, 't', [
    [
      protocol,
      metadata({ schemaString: schemaOf(columns(table)), partitionColumns: Object.keys(partitions) }),
      ...placed(some, values, 'v=wrong/'),
      ...placed(none, {}),
      ...placed(empty, Object.fromEntries(Object.keys(values).map((key) => [key, '']))),
    ],
  ])
  const snapshot = await readSnapshot(lake, 't', {}, context)
  const nulls = 'null,'.repeat(11).slice(0, -1)
  expect(await rowsOf(lake, relationOf(lake, snapshot))).toEqual([
    '[1,true,-3,7,9223372036854775807,"-2342342.23423",0.5,null,"a/b=c %20\'é\\u0000","2019-11-01","2021-10-01T08:09:20.000001Z","6f3c1e9a-0000-4000-8000-0123456789ab"]',
    `[2,${nulls}]`,
    `[3,${nulls}]`,
  ])
  const [nan] = await rowsOf(lake, {
    kind: 'select',
    sql: 'SELECT isnan(g) FROM t WHERE id = 1',
    from: { t: relationOf(lake, snapshot) },
  })
  expect(nan).toBe('[true]')
})

test('files from before a column was added have NULL there, also in structs', async () => {
  const lake = tableLake(await tempFolder(), duckdb)
  const old = columns({ id: 'bigint', at: 'struct(x bigint)' })
  const now = columns({ id: 'bigint', at: 'struct(x bigint, y varchar)', extra: 'decimal(4,2)' })
  await writeLog(lake, 't', [
    [
      protocol,
      metadata({ schemaString: schemaOf(now) }),
      ...(await writeRows(lake, 't', old, [
        [1n, { x: 5n }],
        [2n, null],
      ])),
      ...(await writeRows(lake, 't', now, [[3n, { x: 6n, y: 'y' }, '1.50']])),
    ],
  ])
  expect(await rowsOf(lake, relationOf(lake, await readSnapshot(lake, 't', {}, context)))).toEqual([
    '[1,{"x":5,"y":null},null]',
    '[2,null,null]',
    '[3,{"x":6,"y":"y"},"1.50"]',
  ])
})

test('an absolute path is read where it lies in the table, and refused elsewhere', async () => {
  const lake = logLake()
  const paths = async (path: string) => {
    await writeLog(lake, 't', [[protocol, metadata(), add(path)]])
    return relationOf(lake, await readSnapshot(lake, 't', {}, context)).files.map((file) => file.path)
  }
  expect(await paths(`file:${join('/lake', 't')}/a%20b.parquet`)).toEqual(['a b.parquet'])
  expect(await paths('file:///lake/t/a.parquet')).toEqual(['a.parquet'])
  expect(await paths('/lake/t/a.parquet')).toEqual(['a.parquet'])
  for (const path of ['/etc/passwd', 'file:/etc/passwd', 'file://host/lake/t/a', 's3://b/a'])
    await expect(paths(path)).rejects.toMatchObject({ code: 'FEATURE_UNSUPPORTED' })
})

test('conditions leave out the files that cannot hold such a row', async () => {
  const lake = logLake()
  const stats = (min: number, max: number) => ({
    stats: `{"numRecords":2,"minValues":{"a":${min}},"maxValues":{"a":${max}},"nullCount":{"a":0}}`,
  })
  await writeLog(lake, 't', [[protocol, metadata(), add('low', stats(1, 5)), add('high', stats(6, 9)), add('unknown')]])
  const snapshot = await readSnapshot(lake, 't', {}, context)
  const { files } = relationOf(lake, snapshot, [{ column: ['A'], op: '>', value: 5n }])
  expect(files.map((file) => file.path)).toEqual(['high', 'unknown'])
})

test('a version’s list of files is one and the same, so that it is sent to another process once', async () => {
  const lake = tableLake(await tempFolder(), duckdb)
  await writeLog(lake, 't', [
    [protocol, metadata({ schemaString: schemaOf(columns({ a: 'integer' })) }), add('a.parquet'), add('b.parquet')],
  ])
  const snapshot = await readSnapshot(lake, 't', {}, context)
  const { files } = relationOf(lake, snapshot)
  expect(files.map(({ path }) => path)).toEqual(['a.parquet', 'b.parquet'])
  expect(relationOf(lake, snapshot).files).toBe(files)
  const next = { ...snapshot, files: new Map(snapshot.files) }
  expect(relationOf(lake, next).files).not.toBe(files)
})
