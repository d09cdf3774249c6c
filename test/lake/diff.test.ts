import { expect, test } from 'vitest'
import { changedRows, difference } from '../../src/lake/diff.ts'
import { schemaOf } from '../../src/lake/schema.ts'
import { readSnapshot } from '../../src/lake/snapshot.ts'
import { columns, engine } from '../engines/harness.ts'
import { tempFolder } from '../temp-folder.ts'
import { add, context, logLake, metadata, protocol, remove, writeLog } from './log-lake.ts'
import { rowsOf, tableLake, writeRows } from './table-lake.ts'

const duckdb = await engine()
const schema = (texts: Readonly<Record<string, string>>) => metadata({ schemaString: schemaOf(columns(texts)) })

test('two versions differ by files, rows and columns', async () => {
  const lake = logLake()
  const stats = (rows: number) => ({ stats: `{"numRecords":${rows}}` })
  await writeLog(lake, 't', [
    [
      protocol,
      schema({ a: 'bigint', b: 'varchar' }),
      add('kept', stats(1)),
      add('gone', stats(9)),
      add('anew', stats(2)),
    ],
    [schema({ a: 'bigint not null', c: 'date' }), remove('gone'), add('come', stats(4))],
    [remove('anew')],
    [add('anew', { size: 2, ...stats(3) })],
  ])
  const [before, after] = [await read(0), await read(3)]
  const { filesAdded, filesRemoved, ...rest } = difference(before, after)
  expect([...filesAdded.keys()].sort()).toEqual(['anew', 'come'])
  expect([...filesRemoved.keys()].sort()).toEqual(['anew', 'gone'])
  expect(rest).toEqual({
    from: 0,
    to: 3,
    rows: 4 + 3 - 9 - 2,
    columnsAdded: columns({ c: 'date' }),
    columnsRemoved: columns({ b: 'varchar' }),
    columnsRetyped: [{ name: 'a', from: 'bigint', to: 'bigint not null' }],
  })
  expect(difference(after, after)).toMatchObject({ rows: 0, columnsAdded: [] })

  function read(version: number) {
    return readSnapshot(lake, 't', { version }, context)
  }
})

test('rows that came and went are counted, updated ones are both, and an added column is NULL before', async () => {
  const lake = tableLake(await tempFolder(), duckdb)
  const narrow = columns({ id: 'bigint', name: 'varchar' })
  const wide = columns({ id: 'bigint', name: 'varchar', tags: 'varchar[]' })
  const kept = await writeRows(lake, 't', narrow, [[9n, 'kept']])
  const old = await writeRows(lake, 't', narrow, [
    [1n, 'a'],
    [2n, 'b'],
    [2n, 'b'],
    [3n, null],
  ])
  const fresh = await writeRows(lake, 't', wide, [
    [1n, 'a', null],
    [2n, 'b', null],
    [3n, null, ['x']],
    [4n, 'd', []],
  ])
  await writeLog(lake, 't', [
    [protocol, metadata({ schemaString: schemaOf(narrow) }), ...kept, ...old],
    [
      metadata({ schemaString: schemaOf(wide) }),
      ...fresh,
      ...old.flatMap((action) => ('add' in action ? [remove(action.add.path)] : [])),
    ],
  ])
  const before = await readSnapshot(lake, 't', { version: 0 }, context)
  const after = await readSnapshot(lake, 't', { version: 1 }, context)
  expect(await rowsOf(lake, changedRows(lake, before, after))).toEqual([
    '["added",3,null,["x"]]',
    '["added",4,"d",[]]',
    '["removed",2,"b",null]',
    '["removed",3,null,null]',
  ])
})
