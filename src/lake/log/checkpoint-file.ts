import type { Context } from '../../core/context.ts'
import { MillraceError } from '../../core/errors.ts'
import type { Engine } from '../../engines/engine.ts'
import { sql, value } from '../../sql/text.ts'
import type { Action } from '../actions.ts'
import { encodeCommit } from './commit-codec.ts'

const texts = 'MAP(VARCHAR, VARCHAR)'

/** The columns of a classic checkpoint (Delta protocol, "Checkpoint Schema"), in the words of `json_transform`. */
const shape = {
  txn: { appId: 'VARCHAR', version: 'BIGINT', lastUpdated: 'BIGINT' },
  add: {
    path: 'VARCHAR',
    partitionValues: texts,
    size: 'BIGINT',
    modificationTime: 'BIGINT',
    dataChange: 'BOOLEAN',
    tags: texts,
    stats: 'VARCHAR',
  },
  remove: {
    path: 'VARCHAR',
    deletionTimestamp: 'BIGINT',
    dataChange: 'BOOLEAN',
    extendedFileMetadata: 'BOOLEAN',
    partitionValues: texts,
    size: 'BIGINT',
  },
  metaData: {
    id: 'VARCHAR',
    name: 'VARCHAR',
    description: 'VARCHAR',
    format: { provider: 'VARCHAR', options: texts },
    schemaString: 'VARCHAR',
    partitionColumns: ['VARCHAR'],
    configuration: texts,
    createdTime: 'BIGINT',
  },
  protocol: {
    minReaderVersion: 'INTEGER',
    minWriterVersion: 'INTEGER',
    readerFeatures: ['VARCHAR'],
    writerFeatures: ['VARCHAR'],
  },
}

/** Actions as the bytes of a commit, some thousands at a time. */
export function* actionLines(actions: readonly Action[]): Generator<Uint8Array> {
  const atOnce = 4096
  for (let from = 0; from < actions.length; from += atOnce) yield encodeCommit(actions.slice(from, from + atOnce))
}

/** Makes one Parquet file of the actions in a file of lines; its path. A value that does not fit becomes NULL. */
export async function linesToParquet(engine: Engine, lines: string, folder: string, context: Context): Promise<string> {
  const text = sql`
    SELECT action.* FROM (SELECT json_transform(json, ${value(JSON.stringify(shape))}) AS action FROM lines)`
  const from = {
    lines: {
      kind: 'files',
      format: { name: 'json', lines: true, compression: 'none' },
      paths: [lines],
      columns: [],
    },
  } as const
  const oneFile = { root: folder, partitionBy: [], fileBytes: 2 ** 40 }
  const { files } = await engine.write({ sql: text.text, from }, oneFile, context)
  const [file] = files
  if (!file || files.length > 1)
    throw new MillraceError('INTERNAL', { reason: `a checkpoint in ${files.length} files` })
  return `${folder}/${file.path}`
}
