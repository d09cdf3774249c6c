import { type FileHandle, open, rm } from 'node:fs/promises'

const bufferBytes = 1 << 20

/**
 * Records of many files in one, each behind its numbers:
 *
 *     line = index delimiter line delimiter at delimiter length delimiter record LF
 *
 * `index` is the place of its file in a list, `line` its number there, `at` and `length` where the record stands in
 * this very file. The engine reads it instead of the files: as many as there are cost it one file, and a row that is
 * refused tells where it came from.
 */
export class StagedFile implements AsyncDisposable {
  readonly path: string
  readonly #file: FileHandle
  readonly #delimiter: string
  #full: Buffer[] = []
  #buffer = Buffer.allocUnsafe(bufferBytes)
  #used = 0
  /** Where in the file the buffer will stand. */
  #at = 0

  private constructor(path: string, file: FileHandle, delimiter: string) {
    this.path = path
    this.#file = file
    this.#delimiter = delimiter
  }

  static async create(path: string, delimiter: string): Promise<StagedFile> {
    return new StagedFile(path, await open(path, 'wx+', 0o600), delimiter)
  }

  add(index: number, line: number, bytes: Buffer, start: number, end: number): void {
    const length = end - start
    // numbers and delimiters take at most 80 bytes
    if (this.#used + length + 80 > this.#buffer.length) this.#turnOver(length + 80)
    const delimiter = this.#delimiter
    const buffer = this.#buffer
    let used = this.#used
    used += buffer.write(`${index}${delimiter}${line}${delimiter}`, used)
    // the position is written as wide as it will be, so that it can be known before it is written
    const positionText = String(this.#at + used + 16 + String(length).length + 2 * Buffer.byteLength(delimiter))
    used += buffer.write(`${positionText.padStart(16, '0')}${delimiter}${length}${delimiter}`, used)
    used += bytes.copy(buffer, used, start, end)
    buffer[used++] = 10
    this.#used = used
  }

  /** Writes the buffers that are full. */
  async flushFull(): Promise<void> {
    const pieces = this.#full
    this.#full = []
    for (const piece of pieces) await this.#file.appendFile(piece)
  }

  /** Writes all that has gathered. */
  async flush(): Promise<void> {
    this.#turnOver(0)
    await this.flushFull()
  }

  /** The text that `at` and `length` of a record tell. */
  async read(at: number, length: number): Promise<Buffer> {
    const text = Buffer.alloc(length)
    await this.#file.read(text, 0, length, at)
    return text
  }

  /** Closes and deletes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
    await rm(this.path, { force: true })
  }

  #turnOver(atLeast: number): void {
    this.#full.push(this.#buffer.subarray(0, this.#used))
    this.#at += this.#used
    this.#used = 0
    this.#buffer = Buffer.allocUnsafe(Math.max(bufferBytes, atLeast))
  }
}
