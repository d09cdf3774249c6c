import { MillraceError } from '../../core/errors.ts'
import type { Engine } from '../../engines/engine.ts'
import type { Compression } from './content.ts'
import { encodingName } from './encoding.ts'

export type FileFormatName = 'csv' | 'ndjson' | 'json' | 'parquet'

/** How files are found and read: the part of `files(glob, …)` that is not about tables. */
export interface FilesOptions {
  /** One or several, relative to `root`. */
  readonly glob: string | readonly string[]
  /** The project's folder: paths are recorded relative to it. */
  readonly root: string
  /** Told by the file's name and content without it. */
  readonly format?: FileFormatName
  /** Delimited text begins with the names of its fields. Default: true. */
  readonly header?: boolean
  /** Default: a comma; a tab for names that end in `.tsv`. */
  readonly delimiter?: string
  /** Default: `"`; empty for text that quotes nothing. */
  readonly quote?: string
  /** Told by the file's first bytes; a file that is compressed otherwise than is said here is refused. */
  readonly compression?: Compression
  /** Names of the fields of text without a header, in their order. */
  readonly columns?: readonly string[]
  /** A name of the Encoding Standard. Default: utf-8, or what a byte order mark says. */
  readonly encoding?: string
  /** What a path tells: `store={store}/{year}-{month}-{day}.csv`, matched at its end. */
  readonly pathColumns?: string
  /** Tells what a Parquet file holds. */
  readonly engine?: Engine
}

/** Refuses options that cannot work. DIALECT_INVALID, ENCODING_UNKNOWN. */
export function checkOptions({ delimiter, quote, encoding, pathColumns }: FilesOptions): void {
  const refuse = (option: string, reason: string, hint: string): never => {
    throw new MillraceError('DIALECT_INVALID', { option, reason, hint })
  }
  if (delimiter !== undefined && (Buffer.byteLength(delimiter) < 1 || Buffer.byteLength(delimiter) > 4))
    refuse('delimiter', 'it has one to four bytes', "write one character, such as ';' or '\\t'")
  if (delimiter !== undefined && /[\r\n\0\d]/.test(delimiter))
    refuse('delimiter', 'a line end, NUL or a digit cannot delimit', "write one character, such as ';' or '\\t'")
  if (quote !== undefined && !/^[!-/:-~]?$/.test(quote))
    refuse('quote', 'it is one ASCII sign, or empty', `write '"', "'" or ''`)
  if (quote !== undefined && quote !== '' && delimiter?.includes(quote))
    refuse('quote', 'the delimiter holds it', 'choose another quote, or none')
  if (pathColumns !== undefined && !/\{\w+\}/.test(pathColumns))
    refuse('pathColumns', 'it names no column', "write names in braces, such as 'store={store}/{day}.csv'")
  encodingName(encoding)
}

/** The names that `pathColumns` gives, in their order. */
export function pathNames(pattern: string | undefined): string[] {
  return [...(pattern ?? '').matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string)
}

/** The values that a path gives them. PATH_UNMATCHED. */
export function pathValues(pattern: string | undefined, path: string): string[] {
  if (pattern === undefined) return []
  const parts = pattern.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  const match = new RegExp(`(?:^|/)${parts.join('([^/]+?)')}$`).exec(path)
  if (!match) throw new MillraceError('PATH_UNMATCHED', { path, pattern })
  return match.slice(1)
}
