import type { CheckInput } from '../contract/check-sql.ts'
import type { Context } from '../core/context.ts'
import type { Relation } from '../engines/relation.ts'

/** A file as it lay on the disk when it was looked at. */
export interface FoundFile {
  /** How the file is recorded: relative to the project with `/`, absolute when it lies outside. */
  readonly path: string
  /** Where to open it. */
  readonly absolute: string
  readonly sizeBytes: number
  /** Changes with every write and rename on this disk: size, modification, change time and inode. */
  readonly stamp: string
  readonly modifiedMs: number
}

/** What a file holds, whatever its name and however it is compressed. */
export interface Content {
  /** SHA-256 of the decompressed bytes, in hex. */
  readonly digest: string
  readonly contentBytes: number
  /** Digest of the first bytes, where they were asked for and there are as many. */
  readonly prefixDigest?: string
  /** Lines, counted apart from whoever reads records; of Parquet rows, of JSON documents values. */
  readonly lines: number
  /** The last byte ends a line. */
  readonly endsLine: boolean
}

/** Every line of a file, by what it is. Together they are `Content.lines`. */
export interface LineCounts {
  readonly header: number
  readonly blank: number
  /** Lines that begin a record. */
  readonly records: number
  /** Further lines of records: breaks inside quotes. */
  readonly continuation: number
  readonly rejected: number
}

/** A line that is no record: kept whole. */
export interface LineReject {
  /** Place in the list of files that are read. */
  readonly file: number
  /** Counted from 1. */
  readonly line: number
  readonly code: string
  readonly message: string
  readonly bytes: Buffer
}

/** A file, or what was appended to one. */
export interface FileToRead {
  readonly file: FoundFile
  /** Bytes and lines of the content that were loaded before: reading begins after them. */
  readonly after?: { readonly contentBytes: number; readonly lines: number }
}

/** Rows of one shape: `relation` is the `raw` of `checkSql`, and `_file` is one of its columns. */
export interface Part {
  readonly input: CheckInput
  readonly relation: Relation
  /** Places in the list of files whose rows these are. */
  readonly files: readonly number[]
  /** A column with the whole row as text, for rows that have no text of their own in a file. */
  readonly textColumn?: string
}

/** A file that the engine reads by itself, while the same bytes are scanned beside it. */
export interface DirectReading {
  readonly part: Part
  /** `doubt`: why the engine's rows cannot be trusted to be the file's records. */
  scan(context: Context): Promise<{ readonly content: Content; readonly counts: LineCounts; readonly doubt?: string }>
}

/** Where the text of a numbered record lies. */
export interface Place {
  readonly part: number
  readonly at: number
  readonly bytes: number
}

/**
 * Files that were read line by line. Each part's relation has, beside `_file`, varchar columns that say where a record
 * comes from: `_index` (place in the list of files), `_line`, and `_at`, `_len` for `text`.
 */
export interface NumberedReading extends AsyncDisposable {
  readonly parts: readonly Part[]
  readonly files: readonly {
    readonly content: Content
    readonly counts: LineCounts
    readonly fields?: readonly string[]
  }[]
  /** The whole text of a record. */
  text(place: Place): Promise<Buffer>
}

/** How the files of one source are found and read. It knows files and text, and nothing of tables or contracts. */
export interface FileReader {
  /** Where it looks: paths and globs, as they were given. */
  readonly globs: readonly string[]
  /** The files that are there now, in the order of their paths. FILE_NOT_FOUND, PERMISSION_DENIED. */
  find(context: Context): Promise<readonly FoundFile[]>
  /** What the size of the content can be, told without reading it: `exact`, or modulo 2^32; undefined when it cannot be told. */
  contentSize(file: FoundFile): Promise<{ readonly bytes: number; readonly exact: boolean } | undefined>
  /** Reads a file once for what it holds. FILE_UNREADABLE. */
  measure(file: FoundFile, prefixBytes: number | undefined, context: Context): Promise<Content>
  /** Undefined for files that are better read line by line: small, in another encoding, of JSON documents. */
  direct(file: FoundFile): Promise<DirectReading | undefined>
  /** Reads files line by line into `folder`; lines that are no records go to `reject` as they are met. */
  numbered(
    files: readonly FileToRead[],
    folder: string,
    reject: (reject: LineReject) => void,
    context: Context,
  ): Promise<NumberedReading>
  /** True when the file is still what `find` saw. */
  unchanged(file: FoundFile): Promise<boolean>
}
