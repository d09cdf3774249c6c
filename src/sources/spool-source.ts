/** How the files of a spool are read, and what becomes of them. */
export interface SpoolOptions<Into extends string = string> {
  /** The stream that takes the rows. */
  readonly into: Into
  /** Default: by the name's ending (`.csv`, `.tsv`, `.json`, `.ndjson`), else csv. */
  readonly format?: 'csv' | 'json' | 'ndjson'
  /** False where the first line is a row. Default: true. */
  readonly header?: boolean
  /** Default: a comma; a tab for names that end in `.tsv`. */
  readonly delimiter?: string
  /** Default: `"`; the empty text for none. */
  readonly quote?: string
  /** Names of the fields, for files without a header. Default: the declared columns, in their order. */
  readonly columns?: readonly string[]
  /** Texts that mean NULL in columns without a list of their own. Default: the empty text. */
  readonly nulls?: readonly string[]
  /** As TextDecoder names it. Default: utf-8. */
  readonly encoding?: string
  /**
   * A file that was read is kept (default), moved into the folder `done` beside it, or deleted. A kept one that grows is
   * read on from where it ended.
   */
  readonly done?: 'keep' | 'move' | 'delete'
}

/** A folder whose files are read as they come, while the server runs. */
export interface SpoolSource<Into extends string = string> extends SpoolOptions<Into> {
  readonly kind: 'spool'
  /** A path or glob, or several, relative to the project. */
  readonly glob: string | readonly string[]
}
