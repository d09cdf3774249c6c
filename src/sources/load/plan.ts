import type { Context } from '../../core/context.ts'
import { MillraceError } from '../../core/errors.ts'
import type { RecordedDelivery } from '../deliveries.ts'
import type { LoadSource, OnChange, SkipReason } from '../load-source.ts'
import type { Content, FileReader, FoundFile } from '../reader.ts'
import type { Removal } from '../removals.ts'
import { knownAmong, skipOf, standing } from './known.ts'

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
  | {
      readonly action: 'skip'
      readonly reason: SkipReason
      readonly sameAs: string
      /** Of `removed`: the restore that took the rows out. */
      readonly restore?: Removal
    }
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
  { reader, onChange, again = false }: Pick<LoadSource, 'reader' | 'onChange' | 'again'>,
  found: readonly FoundFile[],
  deliveries: readonly RecordedDelivery[],
  context: Context,
): Promise<readonly PlannedFile[]> {
  const stands = standing(deliveries)
  const byPath = Map.groupBy(stands, (delivery) => delivery.path)
  const decided = new Map<FoundFile, PlannedFile>()
  const changed: FoundFile[] = []
  for (const file of found) {
    const last = lastOf(byPath.get(file.path) ?? [])
    if (!again && last && isUntouched(file, last))
      decided.set(file, { file, action: 'skip', ...skipOf(last, 'unchanged') })
    else changed.push(file)
  }
  const contents = await measureWhereNeeded(reader, changed, stands, byPath, onChange, context)
  const known = knownAmong(stands)
  for (const file of changed) {
    const old = again ? oldOf(file, contents.get(file), found, stands, byPath) : byPath.get(file.path)
    if (!old) continue
    const digest = contents.get(file)?.digest
    if (again) decided.set(file, { file, action: 'replace', old, ...(digest !== undefined && { digest }) })
    else decided.set(file, decideChange(file, old, contents.get(file), onChange))
  }
  // rows that are about to go are no reason to leave out a copy of their file
  for (const planned of decided.values())
    if (planned.action === 'replace') for (const { digest } of planned.old) known.delete(digest)
  for (const file of changed) {
    const digest = contents.get(file)?.digest
    const planned = decided.get(file)
    if (planned?.action === 'skip' || planned?.action === 'refuse') continue
    const same = digest === undefined ? undefined : known.get(digest)
    if (same && planned?.action === 'replace') decided.set(file, { ...planned, sameAs: same.path })
    else if (same && !planned) decided.set(file, { file, action: 'skip', ...skipOf(same, 'known') })
    if (same) continue
    if (digest !== undefined) known.set(digest, { path: file.path, held: true })
    if (!planned) decided.set(file, { file, action: 'load', ...(digest !== undefined && { digest }) })
  }
  return found.map((file) => decided.get(file) as PlannedFile)
}

/** The last content that was loaded from a path, whether or not its rows are still there. */
function lastOf(old: readonly RecordedDelivery[]): RecordedDelivery | undefined {
  return old.findLast(({ current }) => current) ?? old.at(-1)
}

/** All that goes when a file is loaded again: what its path has brought, and files that brought the same content. */
function oldOf(
  { path }: FoundFile,
  content: Content | undefined,
  found: readonly FoundFile[],
  stands: readonly RecordedDelivery[],
  byPath: ReadonlyMap<string, readonly RecordedDelivery[]>,
): readonly RecordedDelivery[] | undefined {
  const mine = new Set(found.map((file) => file.path))
  const copies = stands.filter((other) => other.digest === content?.digest && !mine.has(other.path))
  const paths = new Set([path, ...copies.map((copy) => copy.path)])
  const old = [...paths].flatMap((each) => byPath.get(each) ?? [])
  return old.length > 0 ? old : undefined
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
  const last = lastOf(old) as RecordedDelivery
  const same = [last, ...old.filter(({ held }) => held).slice(-1)].find(({ digest }) => digest === content?.digest)
  if (same) return { file, action: 'skip', ...skipOf(same, 'unchanged') }
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
  stands: readonly RecordedDelivery[],
  byPath: ReadonlyMap<string, readonly RecordedDelivery[]>,
  onChange: OnChange,
  context: Context,
): Promise<ReadonlyMap<FoundFile, Content>> {
  const sizes = new Map<number, number>()
  const note = (bytes: number): void => {
    const size = bytes % 2 ** 32
    sizes.set(size, (sizes.get(size) ?? 0) + 1)
  }
  for (const { contentBytes } of stands) note(contentBytes)
  const told = new Map<FoundFile, number | undefined>()
  for (const file of files) {
    const size = await reader.contentSize(file)
    told.set(file, size?.bytes)
    if (size) note(size.bytes)
  }
  const blind = [...told.values()].some((size) => size === undefined)
  const contents = new Map<FoundFile, Content>()
  for (const file of files) {
    const last = lastOf(byPath.get(file.path) ?? [])
    const size = told.get(file)
    const alone = size !== undefined && sizes.get(size % 2 ** 32) === 1
    const lonely = size === undefined ? stands.length === 0 && files.length === 1 : alone && !blind
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
