import { type FileHandle, open } from 'node:fs/promises'
import type { LineRange } from '../../tail.ts'

const lineFeed = 0x0a
const tab = 0x09

/** Bytes of one load. A record that is longer comes alone. */
const pieceBytes = 3_000_000

/** A character for each byte, whatever the bytes mean: `Buffer.from(line, 'latin1')` gives them back. */
export function linesIn(bytes: Uint8Array): readonly string[] {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1').split('\n')
}

/** What stands in lines. */
export interface LineCounts {
  readonly records: number
  /** Records of kind `e` or `s`. */
  readonly events: number
  /** Of these: of kind `s`. */
  readonly simple: number
}

/** Of the lines of records alone. */
export function countsOf(lines: readonly string[]): LineCounts {
  const kinds = lines.map((line) => line.split('\t', 3)[2])
  const simple = kinds.filter((kind) => kind === 's').length
  return { records: lines.length, events: simple + kinds.filter((kind) => kind === 'e').length, simple }
}

/** Whole lines, and what stands in them. */
export interface Piece extends LineCounts {
  readonly bytes: Uint8Array
  /** After the last byte of the lines. */
  readonly end: number
  /** Offset of the first record; undefined where there is none: trailers alone. */
  readonly first: bigint | undefined
}

/** Reads ranges piece by piece; the file it read last stays open. */
export class LineReader implements AsyncDisposable {
  #path: string | undefined
  #file: FileHandle | undefined

  /** Lines of a range from byte `start` on, at least one. */
  async read(range: LineRange, start: number): Promise<Piece> {
    const file = await this.#open(range.path)
    for (let size = pieceBytes; ; size *= 2) {
      const wanted = Math.min(size, range.end - start)
      const bytes = Buffer.allocUnsafe(wanted)
      const { bytesRead } = await file.read(bytes, 0, wanted, start)
      const last = bytes.lastIndexOf(lineFeed, bytesRead - 1)
      // a file shorter than its range, or a line without an end: what there is, which no offset will fit
      if (last < 0 && bytesRead === wanted && wanted < range.end - start) continue
      return pieceOf(bytes.subarray(0, last < 0 ? bytesRead : last), start)
    }
  }

  async #open(path: string): Promise<FileHandle> {
    if (this.#file && this.#path === path) return this.#file
    await this[Symbol.asyncDispose]()
    this.#file = await open(path)
    this.#path = path
    return this.#file
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const file = this.#file
    this.#file = undefined
    await file?.close()
  }
}

/** Lines without the line feed of the last. */
function pieceOf(bytes: Buffer, start: number): Piece {
  let first: bigint | undefined
  let records = 0
  let events = 0
  let simple = 0
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at] !== 0x21) {
      const second = bytes.indexOf(tab, at) + 1
      const kind = bytes.indexOf(tab, second) + 1
      first ??= BigInt(bytes.toString('latin1', at, second - 1))
      records++
      if (bytes[kind] === 0x73) simple++
      else if (bytes[kind] === 0x65) events++
    }
    const feed = bytes.indexOf(lineFeed, at)
    at = feed < 0 ? bytes.length : feed + 1
  }
  return { bytes, end: start + bytes.length + 1, first, records, events: events + simple, simple }
}
