import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs'

/** What is refused of a file: a line, or the record that begins in it. */
export interface Refused {
  /** The file's path as it is recorded. */
  readonly path: string
  readonly line: number
  readonly column: string | null
  readonly code: string
  readonly message: string
  readonly bytes: Buffer
}

const bufferChars = 1 << 20

/** Bytes: the engine reads objects of 16 MiB, and what JSON has to escape can be six times as long as it was. */
const longestRow = 15_000_000

/** Gathers rejects in a file of NDJSON, in the form that `commitRejects` reads: there may be millions. */
export class RejectLog implements Disposable {
  readonly path: string
  readonly #batch: { readonly source: string; readonly n: number; readonly at: number }
  readonly #files = new Map<string, { count: number; readonly first: Refused }>()
  #file: number | undefined
  #text = ''

  constructor(path: string, batch: { readonly source: string; readonly n: number; readonly at: number }) {
    this.path = path
    this.#batch = batch
  }

  /** How many rejects a file has, and the first of them. */
  of(path: string): { readonly count: number; readonly first?: Refused } {
    return this.#files.get(path) ?? { count: 0 }
  }

  get isEmpty(): boolean {
    return this.#files.size === 0
  }

  add(refused: Refused): void {
    const { path, line, column, code, message, bytes } = refused
    const { source, n, at } = this.#batch
    const id = createHash('sha256')
      .update(JSON.stringify([source, n, path, line]))
      .digest('hex')
      .slice(0, 20)
    const row = { id, source, batch: n, file: path, line, column, code, message, rejected_at: at }
    const base64 = (): string => JSON.stringify({ ...row, raw: bytes.toString('base64'), encoding: 'base64' })
    const isText = isUtf8(bytes) && !bytes.includes(0)
    const text = isText ? JSON.stringify({ ...row, raw: bytes.toString(), encoding: 'text' }) : base64()
    const known = this.#files.get(path)
    if (known) known.count++
    else this.#files.set(path, { count: 1, first: refused })
    this.#text += `${Buffer.byteLength(text) > longestRow ? base64() : text}\n`
    if (this.#text.length > bufferChars) this.flush()
  }

  flush(): void {
    if (this.#text === '') return
    this.#file ??= openSync(this.path, 'wx', 0o600)
    // unlike writeSync, it goes on where the disk took a part
    writeFileSync(this.#file, this.#text)
    this.#text = ''
  }

  /** Forgets what was gathered; the path is free again. */
  discard(): void {
    this[Symbol.dispose]()
    rmSync(this.path, { force: true })
  }

  [Symbol.dispose](): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }
}
