/**
 * The actions of a Delta log as they stand in its JSON (Delta protocol, section "Actions"). Paths are decoded once on
 * the way in and encoded once on the way out; 64-bit numbers that may pass 2^53 are bigint.
 */

export interface AddFile {
  /** Relative to the table's root, or absolute, percent-decoded; or a URI of another scheme than `file:`, as it is. */
  readonly path: string
  /** The log's own text of the path, where `encodePath(path)` differs: foreign readers match removes to adds by it. */
  readonly pathText?: string
  readonly partitionValues: Readonly<Record<string, string | null>>
  readonly size: number
  readonly modificationTime: number
  readonly dataChange: boolean
  /** JSON text, carried as it was written. */
  readonly stats?: string
  readonly tags?: Readonly<Record<string, string>>
}

export interface RemoveFile {
  readonly path: string
  readonly pathText?: string
  readonly deletionTimestamp?: number
  readonly dataChange: boolean
  readonly extendedFileMetadata?: boolean
  readonly partitionValues?: Readonly<Record<string, string | null>>
  readonly size?: number
}

export interface Metadata {
  readonly id: string
  readonly name?: string
  readonly description?: string
  readonly format: { readonly provider: string; readonly options: Readonly<Record<string, string>> }
  /** The schema as Spark's JSON text. */
  readonly schemaString: string
  readonly partitionColumns: readonly string[]
  readonly configuration: Readonly<Record<string, string>>
  readonly createdTime?: number
}

export interface Protocol {
  readonly minReaderVersion: number
  readonly minWriterVersion: number
  readonly readerFeatures?: readonly string[]
  readonly writerFeatures?: readonly string[]
}

/** The last `version` that application `appId` has committed: what makes a repeated commit a no-op. */
export interface Txn {
  readonly appId: string
  readonly version: bigint
  readonly lastUpdated?: number
}

export type CommitInfo = Readonly<Record<string, unknown>>

/** One line of a commit: an object with exactly one of these keys. */
export type Action =
  | { readonly add: AddFile }
  | { readonly remove: RemoveFile }
  | { readonly metaData: Metadata }
  | { readonly protocol: Protocol }
  | { readonly txn: Txn }
  | { readonly commitInfo: CommitInfo }
