import { createHash, type Hash } from 'node:crypto'

/** What one pass over the decompressed bytes of a file tells, apart from any reader. */
export interface Scan {
  /** SHA-256 of the bytes, in hex: what makes two files the same content. */
  readonly digest: string
  readonly contentBytes: number
  /** Digest of the first bytes, where they were asked for and the file has as many. */
  readonly prefixDigest?: string
  /** Lines, the last one without its end included. LF, CR LF and CR alone end a line. */
  readonly lines: number
  /** Lines with nothing in them. */
  readonly blank: number
  /** The last byte ends a line (or there is none). */
  readonly endsLine: boolean
  /** Some line holds an odd number of quotes: a break inside quotes, or a fault. */
  readonly oddQuotes: boolean
  readonly nul: boolean
  /** A CR that no LF follows. */
  readonly loneCr: boolean
  readonly crLf: boolean
  /** LF without CR before it. */
  readonly bareLf: boolean
  readonly byteOrderMark: boolean
}

export interface Scanner {
  push(piece: Buffer): void
  end(): Scan
}

const [lf, cr] = [10, 13]

/** Reads pieces of a file once. `quote`: a byte, or -1 where nothing is quoted. */
export function scanner(options: { readonly quote?: number; readonly prefixBytes?: number } = {}): Scanner {
  const { quote = -1, prefixBytes } = options
  const hash = createHash('sha256')
  let prefixDigest: string | undefined
  const start: number[] = []
  let bytes = 0
  let feeds = 0
  let lone = 0
  let pairs = 0
  let blank = 0
  let odd = false
  let nul = false
  let parity = 0
  let lineIsEmpty = true
  let pendingCr = false

  const digest = (piece: Buffer): void => {
    const left = prefixBytes === undefined ? -1 : prefixBytes - bytes
    if (left >= 0 && left <= piece.length && prefixDigest === undefined) {
      hash.update(piece.subarray(0, left))
      prefixDigest = (hash.copy() as Hash).digest('hex')
      hash.update(piece.subarray(left))
    } else hash.update(piece)
  }

  /** Lines without CR and quotes: as fast as memory. */
  const plain = (piece: Buffer): void => {
    let from = 0
    for (;;) {
      const feed = piece.indexOf(lf, from)
      if (feed < 0) break
      feeds++
      if (feed === from && (from > 0 || lineIsEmpty)) blank++
      if (parity !== 0) odd = true
      parity = 0
      from = feed + 1
      lineIsEmpty = true
    }
    if (from < piece.length) lineIsEmpty = false
  }

  const careful = (piece: Buffer): void => {
    for (let at = 0; at < piece.length; at++) {
      const byte = piece[at]
      if (byte === quote) {
        parity ^= 1
        lineIsEmpty = false
      } else if (byte !== lf && byte !== cr) lineIsEmpty = false
      else if (byte === lf && pendingCr) {
        pairs++
        lone--
        feeds++
      } else {
        if (byte === lf) feeds++
        else lone++
        if (lineIsEmpty) blank++
        if (parity !== 0) odd = true
        parity = 0
        lineIsEmpty = true
      }
      pendingCr = byte === cr
    }
  }

  return {
    push(piece) {
      if (piece.length === 0) return
      digest(piece)
      for (let at = 0; bytes + at < 3 && at < piece.length; at++) start.push(piece[at] as number)
      if (!nul && piece.includes(0)) nul = true
      const careless = !pendingCr && !piece.includes(cr) && (quote < 0 || !piece.includes(quote))
      if (careless) plain(piece)
      else careful(piece)
      bytes += piece.length
    },
    end() {
      if (parity !== 0) odd = true
      if (bytes === 0) digest(Buffer.alloc(0))
      return {
        digest: hash.digest('hex'),
        contentBytes: bytes,
        ...(prefixDigest === undefined ? {} : { prefixDigest }),
        lines: feeds + lone + (lineIsEmpty ? 0 : 1),
        blank,
        endsLine: lineIsEmpty,
        oddQuotes: odd,
        nul,
        loneCr: lone > 0,
        crLf: pairs > 0,
        bareLf: feeds > pairs,
        byteOrderMark: start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf,
      }
    },
  }
}
