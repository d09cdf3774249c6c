/** Bytes that grow: the values of one event as `contentSql` writes them, one after the other. */
export interface Content {
  bytes: Buffer
  /** The same memory. */
  words: Int32Array
  length: number
}

export function newContent(): Content {
  return { ...roomOf(1024), length: 0 }
}

function roomOf(size: number): Pick<Content, 'bytes' | 'words'> {
  const memory = new ArrayBuffer(Math.ceil(size / 4) * 4)
  return { bytes: Buffer.from(memory), words: new Int32Array(memory) }
}

/** Makes room for so many more bytes. */
export function widen(content: Content, more: number): void {
  const { bytes, words } = roomOf(Math.max(content.bytes.length * 2, content.length + more))
  bytes.set(content.bytes.subarray(0, content.length))
  content.bytes = bytes
  content.words = words
}

export function putByte(content: Content, byte: number): void {
  if (content.length === content.bytes.length) widen(content, 1)
  content.bytes[content.length++] = byte
}

export function putBytes(content: Content, bytes: Uint8Array, start: number, end: number): void {
  const length = end - start
  if (content.length + length > content.bytes.length) widen(content, length)
  const to = content.bytes
  let at = content.length
  for (let from = start; from < end; from++) to[at++] = bytes[from] as number
  content.length = at
}

/** Text of ASCII alone. */
export function putAscii(content: Content, text: string): void {
  if (content.length + text.length > content.bytes.length) widen(content, text.length)
  for (let index = 0; index < text.length; index++) content.bytes[content.length++] = text.charCodeAt(index)
}

/** The digits of an integer, with zeros in front up to a width. */
export function putDigits(content: Content, value: number, width = 1): void {
  if (content.length + 20 > content.bytes.length) widen(content, 20)
  const { bytes } = content
  const first = content.length
  let at = first
  let rest = value
  do {
    const tenth = Math.floor(rest / 10)
    bytes[at++] = 0x30 + (rest - tenth * 10)
    rest = tenth
  } while (rest > 0)
  while (at - first < width) bytes[at++] = 0x30
  content.length = at
  for (let low = first, high = at - 1; low < high; low++, high--) {
    const byte = bytes[low] as number
    bytes[low] = bytes[high] as number
    bytes[high] = byte
  }
}

/** The length of what stands there from `start` on, and a colon, in front of it. */
export function putLength(content: Content, start: number): void {
  const length = content.length - start
  const digits = String(length).length + 1
  if (content.length + digits > content.bytes.length) widen(content, digits)
  content.bytes.copyWithin(start + digits, start, content.length)
  content.length = start
  putDigits(content, length)
  putByte(content, 0x3a)
  content.length = start + digits + length
}
