import type { Context } from '../../src/core/context.ts'
import type { Engine } from '../../src/engines/engine.ts'
import type { Action, AddFile, Metadata } from '../../src/lake/actions.ts'
import type { Lake } from '../../src/lake/lake.ts'
import { encodeCommit } from '../../src/lake/log/commit-codec.ts'
import { commitPath } from '../../src/lake/log/names.ts'
import { commitQueue } from '../../src/lake/queue.ts'
import { memoryStore } from '../../src/storage/memory-store.ts'

export const context: Context = { signal: new AbortController().signal, emit: () => {}, now: () => 1_700_000_000_000 }

/** A lake of logs alone, in memory: nothing asks its engine. */
export function logLake(): Lake {
  return { store: memoryStore(context.now), engine: {} as Engine, root: '/lake', queue: commitQueue() }
}

export const protocol: Action = { protocol: { minReaderVersion: 1, minWriterVersion: 2 } }

export function metadata(more: Partial<Metadata> = {}): Action {
  return {
    metaData: {
      id: 'table-1',
      format: { provider: 'parquet', options: {} },
      schemaString: '{"type":"struct","fields":[{"name":"a","type":"long","nullable":true,"metadata":{}}]}',
      partitionColumns: [],
      configuration: {},
      ...more,
    },
  }
}

export function add(path: string, more: Partial<AddFile> = {}): Action {
  return { add: { path, partitionValues: {}, size: 1, modificationTime: 1, dataChange: true, ...more } }
}

export function remove(path: string): Action {
  return { remove: { path, dataChange: true, deletionTimestamp: 7 } }
}

export function commitInfo(timestamp: number, more: object = {}): Action {
  return { commitInfo: { timestamp, ...more } }
}

/** Writes commits at the versions from `from` on. */
export async function writeLog(lake: Lake, table: string, commits: readonly Action[][], from = 0): Promise<void> {
  for (const [index, actions] of commits.entries())
    await lake.store.put(commitPath(table, from + index), encodeCommit(actions))
}
