import type { Context } from '../../core/context.ts'
import { MillraceError } from '../../core/errors.ts'
import type { RecordedDelivery } from '../deliveries.ts'
import type { Content, FileReader, FoundFile } from '../reader.ts'

/** A known path with other content: what becomes of it. */
export type OnChange = 'replace' | 'append' | 'refuse'

/** A file and what is done with it. */
export type PlannedFile = { readonly file: FoundFile } & (
  | { readonly action: 'load'; readonly digest?: string }
  /** The rows of these deliveries go, those of the file come, in one commit. */
  | {
      readonly action: 'replace'
      readonly digest?: string
      readonly old: readonly RecordedDelivery[]
      /** Where the new content is loaded already: then rows only go. */
      readonly sameAs?: string
    }
  /** Only what follows the content that was loaded before. */
  | {
      readonly action: 'append'
      readonly digest: string
      readonly after: { readonly contentBytes: number; readonly lines: number }
    }
  | { readonly action: 'skip'; readonly reason: 'unchanged' | 'known'; readonly sameAs: string }
  | { readonly action: 'refuse'; readonly error: MillraceError }
)

/** A file that is read, or whose rows go. */
export type WorkFile = Extract<PlannedFile, { readonly action: 'load' | 'replace' | 'append' }>

/** Files smaller than this are loaded together, up to so many and so much a commit. */
const small = { fileBytes: 8 << 20, files: 2000, bytes: 256 << 20 }

/**
 * Decides what is done with each file that was found. Contents are read only where that can matter: a file whose size no
 * known delivery and no other new file has cannot be known content.
 */
export async function decideFiles(
  reader: FileReader,
  found: readonly FoundFile[],
  deliveries: readonly RecordedDelivery[],
  onChange: OnChange,
  context: Context,
): Promise<readonly PlannedFile[]> {
  const current = deliveries.filter((delivery) => delivery.current)
  const byPath = Map.groupBy(current, (delivery) => delivery.path)
  const decided = new Map<FoundFile, PlannedFile>()
  const changed: FoundFile[] = []
  for (const file of found) {
    const last = byPath.get(file.path)?.at(-1)
    if (last && isUntouched(file, last))
      decided.set(file, { file, action: 'skip', reason: 'unchanged', sameAs: file.path })
    else changed.push(file)
  }
  const contents = await measureWhereNeeded(reader, changed, current, byPath, onChange, context)
  const known = new Map(current.map((delivery) => [delivery.digest, delivery.path]))
  for (const file of changed) {
    const old = byPath.get(file.path)
    if (old) decided.set(file, decideChange(file, old, contents.get(file), onChange))
  }
  // rows that are about to go are no reason to leave out a copy of their file
  for (const planned of decided.values())
    if (planned.action === 'replace') for (const { digest } of planned.old) known.delete(digest)
  for (const file of changed) {
    const digest = contents.get(file)?.digest
    const planned = decided.get(file)
    if (planned?.action === 'skip' || planned?.action === 'refuse') continue
    const sameAs = digest === undefined ? undefined : known.get(digest)
    if (sameAs !== undefined && planned?.action === 'replace') decided.set(file, { ...planned, sameAs })
    else if (sameAs !== undefined && !planned) decided.set(file, { file, action: 'skip', reason: 'known', sameAs })
    if (sameAs !== undefined) continue
    if (digest !== undefined) known.set(digest, file.path)
    if (!planned) decided.set(file, { file, action: 'load', ...(digest !== undefined && { digest }) })
  }
  return found.map((file) => decided.get(file) as PlannedFile)
}

/**
 * Untouched by size, times and inode; not where the file was last written so shortly before it was loaded that a second
 * write could carry the same time.
 */
function isUntouched(file: FoundFile, { stamp, loadedAt }: RecordedDelivery): boolean {
  return file.stamp === stamp && Date.parse(loadedAt) - file.modifiedMs > 2000
}

function decideChange(
  file: FoundFile,
  old: readonly RecordedDelivery[],
  content: Content | undefined,
  onChange: OnChange,
): PlannedFile {
  const last = old.at(-1) as RecordedDelivery
  if (content?.digest === last.digest) return { file, action: 'skip', reason: 'unchanged', sameAs: file.path }
  const refuse = (reason: string): PlannedFile => ({
    file,
    action: 'refuse',
    error: new MillraceError('FILE_CHANGED', { path: file.path, reason }),
  })
  switch (onChange) {
    case 'replace':
      return { file, action: 'replace', old, ...(content && { digest: content.digest }) }
    case 'refuse':
      return refuse("onChange is 'refuse'")
    case 'append': {
      if (!content || content.prefixDigest !== last.digest) return refuse('it does not begin with the old content')
      if (!last.endsLine) return refuse('the old content ended in the middle of a line')
      const { contentBytes, lines } = last
      return { file, action: 'append', digest: content.digest, after: { contentBytes, lines } }
    }
  }
}

/** The contents of the files that could hold what is known, or what another of them holds. */
async function measureWhereNeeded(
  reader: FileReader,
  files: readonly FoundFile[],
  current: readonly RecordedDelivery[],
  byPath: ReadonlyMap<string, readonly RecordedDelivery[]>,
  onChange: OnChange,
  context: Context,
): Promise<ReadonlyMap<FoundFile, Content>> {
  const sizes = new Map<number, number>()
  const note = (bytes: number): void => {
    const size = bytes % 2 ** 32
    sizes.set(size, (sizes.get(size) ?? 0) + 1)
  }
  for (const { contentBytes } of current) note(contentBytes)
  const told = new Map<FoundFile, number | undefined>()
  for (const file of files) {
    const size = await reader.contentSize(file)
    told.set(file, size?.bytes)
    if (size) note(size.bytes)
  }
  const blind = [...told.values()].some((size) => size === undefined)
  const contents = new Map<FoundFile, Content>()
  for (const file of files) {
    const last = byPath.get(file.path)?.at(-1)
    const size = told.get(file)
    const alone = size !== undefined && sizes.get(size % 2 ** 32) === 1
    const lonely = size === undefined ? current.length === 0 && files.length === 1 : alone && !blind
    const prefixBytes = last && onChange === 'append' ? last.contentBytes : undefined
    if (lonely && prefixBytes === undefined) continue
    contents.set(file, await reader.measure(file, prefixBytes, context))
  }
  return contents
}

/** Files in the order given, cut into what one commit loads: a large one by itself, small ones together. */
export function batchFiles<Planned extends { readonly file: FoundFile }>(files: readonly Planned[]): Planned[][] {
  const batches: Planned[][] = []
  let open: Planned[] = []
  let bytes = 0
  for (const each of files) {
    const { sizeBytes } = each.file
    if (sizeBytes >= small.fileBytes) {
      batches.push([each])
      continue
    }
    if (open.length >= small.files || bytes + sizeBytes > small.bytes) open = []
    if (open.length === 0) {
      bytes = 0
      batches.push(open)
    }
    open.push(each)
    bytes += sizeBytes
  }
  return batches
}
