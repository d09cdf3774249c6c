import type { Readable } from 'node:stream'

/** What a store can do beyond the interface. Each is false unless an implementation says otherwise. */
export interface StoreCapabilities {
  /** `put` with `ifAbsent` lets one of any number of writers win, in every process. Without it a lake has one writer. */
  readonly putIfAbsent: boolean
  /** `list` answers in the order of the UTF-8 bytes of the paths, and `after` skips without reading. */
  readonly orderedList: boolean
  /** `localPath` names a file that DuckDB can open; otherwise files are staged. */
  readonly local: boolean
}

export interface ObjectInfo {
  readonly path: string
  readonly sizeBytes: number
  readonly modifiedMs: number
}

/** `unknown`: the answer was lost after the bytes were sent. The caller reads back, and syncs what proves to be its own. */
export type PutOutcome = 'created' | 'exists' | 'unknown'

/** Bytes by path. Paths are relative to the store, `/` between parts, never decoded or encoded by the store. */
export interface ObjectStore {
  readonly can: StoreCapabilities
  /** The object's size and time, or undefined. */
  head(path: string, signal?: AbortSignal): Promise<ObjectInfo | undefined>
  /** Bytes `start` (inclusive) to `end` (exclusive), the whole object without them. OBJECT_NOT_FOUND. */
  read(
    path: string,
    range?: { readonly start: number; readonly end: number },
    signal?: AbortSignal,
  ): Promise<Uint8Array>
  /** All objects whose path begins with `prefix`, at any depth; those greater than `after` only, where it is given. */
  list(prefix: string, options?: { readonly after?: string; readonly signal?: AbortSignal }): AsyncIterable<ObjectInfo>
  /** Resolves when the bytes survive a power cut; readers see the whole object or none. */
  put(
    path: string,
    body: Uint8Array | Readable,
    options?: { readonly ifAbsent?: boolean; readonly signal?: AbortSignal },
  ): Promise<PutOutcome>
  /** Moves a finished local file in, durably: a rename on a disk, an upload elsewhere. */
  putFile(path: string, file: string, signal?: AbortSignal): Promise<void>
  /**
   * Makes objects durable that an engine wrote under `localPath` itself: each file, and each folder from it up to the
   * store's root. A store that is not `local` has nothing to do.
   */
  sync(paths: readonly string[], signal?: AbortSignal): Promise<void>
  /** Resolves when the object stays gone after a power cut. Deleting what is not there is no error. */
  delete(path: string, signal?: AbortSignal): Promise<void>
  /** With `can.local` only: where the object lies, or would lie, on this machine. */
  localPath?(path: string): string
  close(): Promise<void>
}
