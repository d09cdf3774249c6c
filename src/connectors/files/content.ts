import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import type { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { MillraceError } from '../../core/errors.ts'

export type Compression = 'none' | 'gzip' | 'zstd'

const packedBytes = 1 << 18

/** How a file is compressed, by its first bytes: a name that lies does no harm. */
export async function compressionOf(absolute: string): Promise<Compression> {
  const head = await readHead(absolute, 4)
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip'
  if (head.length === 4 && head.readUInt32LE(0) === 0xfd2fb528) return 'zstd'
  return 'none'
}

/** The first bytes of a file as they lie on the disk. */
export async function readHead(absolute: string, bytes: number): Promise<Buffer> {
  const file = await openFile(absolute)
  try {
    const buffer = Buffer.allocUnsafe(bytes)
    const { bytesRead } = await file.read(buffer, 0, bytes, 0)
    return buffer.subarray(0, bytesRead)
  } catch (error) {
    throw unreadable(absolute, error)
  } finally {
    await file.close()
  }
}

/**
 * The decompressed bytes of a file in pieces of up to a megabyte. A piece is the caller's until the next is asked for.
 * PERMISSION_DENIED, FILE_UNREADABLE (a folder, a damaged or cut archive).
 */
export async function* contentOf(
  absolute: string,
  compression: Compression,
  signal?: AbortSignal,
  pieceBytes = 1 << 20,
): AsyncGenerator<Buffer> {
  if (compression === 'none') yield* plainContent(absolute, pieceBytes, signal)
  else if (compression === 'gzip') yield* unpacked(absolute, 0, createGunzip(), signal)
  else yield* zstdFrames(absolute, signal)
}

/** A zstd file is one frame or several after one another; Node's decompressor stops after the first. */
async function* zstdFrames(absolute: string, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const { size } = await stat(absolute)
  for (let start = 0; start < size; ) {
    const frame = createZstdDecompress()
    yield* unpacked(absolute, start, frame, signal)
    start += frame.bytesWritten
  }
}

async function* plainContent(absolute: string, pieceBytes: number, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const file = await openFile(absolute)
  try {
    const buffer = Buffer.allocUnsafe(pieceBytes)
    for (;;) {
      signal?.throwIfAborted()
      const { bytesRead } = await file.read(buffer, 0, pieceBytes, null)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } catch (error) {
    throw unreadable(absolute, error)
  } finally {
    await file.close()
  }
}

async function* unpacked(
  absolute: string,
  start: number,
  unpack: Transform,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  const packed: Readable = createReadStream(absolute, { start, highWaterMark: packedBytes })
  pipeline(packed, unpack, () => {})
  try {
    for await (const piece of unpack) {
      signal?.throwIfAborted()
      yield piece as Buffer
    }
  } catch (error) {
    throw unreadable(absolute, error)
  } finally {
    packed.destroy()
    unpack.destroy()
  }
}

async function openFile(absolute: string) {
  try {
    return await open(absolute, 'r')
  } catch (error) {
    throw unreadable(absolute, error)
  }
}

function unreadable(path: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  if (typeof code !== 'string' || error instanceof MillraceError) return error
  if (code === 'EACCES' || code === 'EPERM')
    return new MillraceError('PERMISSION_DENIED', { operation: 'read', path }, error)
  if (code === 'ENOENT') return new MillraceError('FILE_NOT_FOUND', { path }, error)
  return new MillraceError('FILE_UNREADABLE', { path, reason: message }, error)
}
