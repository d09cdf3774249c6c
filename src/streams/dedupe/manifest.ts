import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import { z } from 'zod'
import { isError, MillraceError } from '../../core/errors.ts'
import type { Disk } from '../../storage/disk.ts'

/**
 * Which runs make an index, format 1: one line of UTF-8, ended by LF, its fields parted by TAB:
 *
 *     millrace-ids  1  manifest(JSON)  crc
 *
 * `crc` is the CRC-32 (ISO 3309; 8 hexadecimal digits) of all bytes before it.
 */
const manifestFormat = 1
const magic = 'millrace-ids'
const fileName = 'manifest'

const manifest = z.object({
  /** The table's id. */
  table: z.string(),
  /** The runs hold the ids of all rows that were in the table's commits up to this one. */
  version: z.int().min(-1),
  /** What keys are made with, in base64. */
  secret: z.string(),
  /** The oldest first. */
  runs: z.array(z.object({ file: z.string(), ids: z.int(), checksum: z.int() })),
})

export type Manifest = z.infer<typeof manifest>

/** The manifest in a folder; undefined when there is none, or none that can be trusted. FORMAT_TOO_NEW. */
export async function readManifest(disk: Disk, folder: string): Promise<Manifest | undefined> {
  const path = `${folder}/${fileName}`
  let bytes: Buffer
  try {
    bytes = Buffer.from(await disk.readRange(path))
  } catch (error) {
    if (isError(error, 'OBJECT_NOT_FOUND')) return undefined
    throw error
  }
  const [name, format, json, crc] = bytes.toString().split('\t')
  if (name !== magic || json === undefined || crc !== crcText(bytes.subarray(0, -9))) return undefined
  if (format !== String(manifestFormat))
    throw new MillraceError('FORMAT_TOO_NEW', { file: path, format: format ?? '', supported: manifestFormat })
  const parsed = manifest.safeParse(JSON.parse(json))
  return parsed.success ? parsed.data : undefined
}

/** Puts a manifest in the place of the one before, in one step that survives a power cut. */
export async function writeManifest(disk: Disk, folder: string, content: Manifest): Promise<void> {
  const line = Buffer.from(`${magic}\t${manifestFormat}\t${JSON.stringify(content)}\t`)
  const [from, path] = [`${folder}/${fileName}.tmp`, `${folder}/${fileName}`]
  if ((await disk.stat(from)) !== undefined) await disk.unlink(from)
  {
    await using file = await disk.open(from, 'new')
    await file.write(Buffer.concat([line, Buffer.from(crcText(line))]))
    await file.sync()
  }
  await disk.rename(from, path)
  await disk.syncFolder(dirname(path))
}

function crcText(bytes: Buffer): string {
  return `${crc32(bytes).toString(16).padStart(8, '0')}\n`
}
