import type { Engine } from '../engines/engine.ts'
import type { ObjectStore } from '../storage/store.ts'
import type { CommitQueue } from './queue.ts'

/** A folder of Delta tables, and what reads and writes their files. A table's name is its path in the store. */
export interface Lake {
  readonly store: ObjectStore
  readonly engine: Engine
  /** The store's absolute folder, without a trailing slash: the engine opens `<root>/<table>/<file>`. */
  readonly root: string
  /** Whoever reads, decides and commits does so in here; one a lake and process, from `commitQueue()`. */
  readonly queue: CommitQueue
}
