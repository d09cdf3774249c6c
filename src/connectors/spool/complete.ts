import { open } from 'node:fs/promises'
import type { FoundFile } from '../../sources/reader.ts'
import { type Compression, compressionOf } from '../files/content.ts'

/** How long a file must stay as it is before it is taken for written. */
const restMs = 500

/** And how long within a line before that is told. */
const endlessMs = 10_000

/** A file as it was seen last, and since when it is so. */
export interface Seen {
  readonly stamp: string
  readonly sinceMs: number
}

/** `wait`: it may still be written; `take`: it has come to its end; `endless`: it has come to rest within a line. */
export type Completeness = 'wait' | 'take' | 'endless'

/**
 * A file is complete when it was renamed in, or has not changed for half a second, and ends in a line end. The last line of
 * one that was renamed in may lack it once the file is at rest; a compressed one shows no line end.
 */
export async function completeness(file: FoundFile, { sinceMs }: Seen, nowMs: number): Promise<Completeness> {
  if (file.sizeBytes === 0) return 'wait'
  const rests = nowMs - sinceMs >= restMs
  const renamed = wasRenamed(file)
  if (!rests && !renamed) return 'wait'
  const compression: Compression = await compressionOf(file.absolute)
  if (compression !== 'none' || (rests && renamed)) return 'take'
  if (await endsLine(file)) return 'take'
  return nowMs - sinceMs >= endlessMs ? 'endless' : 'wait'
}

/** A write sets both times of a file, a rename the second alone; one in the same few milliseconds does not show. */
function wasRenamed({ stamp }: FoundFile): boolean {
  const [, modifiedNs = '0', changedNs = '0'] = stamp.split('-')
  return BigInt(changedNs) > BigInt(modifiedNs)
}

async function endsLine({ absolute, sizeBytes }: FoundFile): Promise<boolean> {
  await using file = await open(absolute)
  const last = Buffer.alloc(1)
  const { bytesRead } = await file.read(last, 0, 1, sizeBytes - 1)
  return bytesRead === 1 && (last[0] === 0x0a || last[0] === 0x0d)
}

/** What tells a file from another one of its name, as long as it lies on this disk. */
export function inodeOf(stamp: string): string {
  return stamp.split('-')[3] ?? ''
}
