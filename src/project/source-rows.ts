import { contentOf } from '../connectors/files/content.ts'
import { asUtf8 } from '../connectors/files/encoding.ts'
import { layoutOf } from '../connectors/files/layout.ts'
import { checkOptions } from '../connectors/files/options.ts'
import { longestDocumentBytes } from '../connectors/files/records.ts'
import { type FileRow, rowSplitter } from '../connectors/files/rows.ts'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import type { FoundFile } from '../sources/reader.ts'
import type { ProjectSettings, Target } from './parse.ts'
import { rowDialect } from './row-dialect.ts'

/** The rows of a text file, read as the files that feed a stream or table are. The codes of `layoutOf`, FILE_UNREADABLE. */
export async function* sourceRows(
  settings: ProjectSettings,
  { name, contract }: Target,
  file: FoundFile,
  { signal }: Context,
): AsyncGenerator<readonly FileRow[]> {
  const declared = [...settings.sources.values()].find(({ files }) => files.into === name)?.files
  // its format and how it is compressed are its own
  const { format: _, ...told } = declared ?? {}
  const { dialect, isNull } = rowDialect(contract, told, { glob: file.path, root: settings.folder })
  checkOptions(dialect)
  const layout = await layoutOf(file, dialect, signal)
  if (layout.format === 'parquet')
    throw new MillraceError('FILE_UNREADABLE', { path: file.path, reason: 'text is replayed, and this is Parquet' })
  let rows: FileRow[] = []
  const splitter = rowSplitter({ layout, isNull }, ({ line, raw, json, fault }) => {
    const kept = Buffer.from(raw)
    rows.push({ line, raw: kept, json: json === raw ? kept : Buffer.from(json), ...(fault && { fault }) })
  })
  for await (const piece of asUtf8(contentOf(file.absolute, layout.compression), layout.encoding)) {
    splitter.push(piece)
    if (splitter.waiting > longestDocumentBytes)
      throw new MillraceError('DOCUMENT_TOO_LARGE', { path: file.path, limit: `${longestDocumentBytes / 1e6} MB` })
    yield rows
    rows = []
    if (signal.aborted) return
  }
  splitter.end()
  yield rows
}
