/** How files are found and read, and where their rows go. */
export interface FilesOptions<Into extends string = string> {
  /** The stream or table that takes the rows. */
  readonly into?: Into
  /** Several targets: a row goes to the first whose condition holds, else to `into`. */
  readonly route?: readonly { readonly when: string; readonly into: Into }[]
  /** Default: by the name's ending (`.csv`, `.tsv`, `.json`, `.ndjson`, `.parquet`), else csv. */
  readonly format?: 'csv' | 'json' | 'ndjson' | 'parquet'
  /** False where the first line is a row. Default: true. */
  readonly header?: boolean
  /** Default: found in the file. */
  readonly delimiter?: string
  /** Default: `"`; the empty text for none. */
  readonly quote?: string
  /** Names of the fields, for files without a header. Default: the declared columns, in their order. */
  readonly columns?: readonly string[]
  /** Texts that mean NULL in columns without a list of their own. Default: the empty text. */
  readonly nulls?: readonly string[]
  /** Zone of times that are written without one. Default: the project's. */
  readonly timezone?: string
  /** The decimal point of numbers. Default: `.` */
  readonly decimal?: '.' | ','
  /** As TextDecoder names it. Default: utf-8. */
  readonly encoding?: string
  /** Default: by the name's ending and the first bytes. */
  readonly compression?: 'none' | 'gzip' | 'zstd'
  /** Columns from the path: `store={store}/{year}-{month}-{day}.csv`. */
  readonly pathColumns?: string
  /** A known path with other content: its rows replaced, only what follows the old content added, or refused. */
  readonly onChange?: 'replace' | 'append' | 'refuse'
  /** Gives rows without an id a UUID; without it they keep NULL there. */
  readonly generateId?: boolean
}

/** Declared files. */
export interface FilesSource<Into extends string = string> extends FilesOptions<Into> {
  readonly kind: 'files'
  /** A path or glob, or several, relative to the project. */
  readonly glob: string | readonly string[]
}
