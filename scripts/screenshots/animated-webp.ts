/** A picture as WebP, and how long it is shown. */
export interface Frame {
  readonly webp: Buffer
  readonly shownMs: number
}

/**
 * An animated WebP of still ones, shown again and again. The container is RIFF: `VP8X` (what follows), `ANIM` (background,
 * loops), an `ANMF` a frame, which holds the picture's own chunk. https://developers.google.com/speed/webp/docs/riff_container
 */
export function animatedWebp(frames: readonly Frame[]): Buffer {
  const pictures = frames.map(({ webp }) => picture(webp))
  const [width, height] = sizeOf(pictures[0])
  const extended = Buffer.alloc(10)
  extended[0] = 0b10 // it moves
  extended.writeUIntLE(width - 1, 4, 3)
  extended.writeUIntLE(height - 1, 7, 3)
  // white, and for ever
  const animation = Buffer.from([255, 255, 255, 255, 0, 0])
  const shown = frames.map(({ shownMs }, at) => {
    const still = pictures[at] as Buffer
    if (sizeOf(still).join() !== [width, height].join()) throw new Error(`frame ${at} is not ${width} by ${height}`)
    const head = Buffer.alloc(16)
    head.writeUIntLE(width - 1, 6, 3)
    head.writeUIntLE(height - 1, 9, 3)
    head.writeUIntLE(Math.min(shownMs, 0xffffff), 12, 3)
    head[15] = 0b10 // it stands in the place of what was there
    return chunk('ANMF', Buffer.concat([head, still]))
  })
  const body = Buffer.concat([Buffer.from('WEBP'), chunk('VP8X', extended), chunk('ANIM', animation), ...shown])
  return Buffer.concat([header('RIFF', body.length), body])
}

function header(name: string, length: number): Buffer {
  const head = Buffer.alloc(8)
  head.write(name, 'latin1')
  head.writeUInt32LE(length, 4)
  return head
}

function chunk(name: string, body: Buffer): Buffer {
  return Buffer.concat([header(name, body.length), body, Buffer.alloc(body.length % 2)])
}

/** Of a lossy picture, as its first frame's header has it (RFC 6386, 9.1). A film of any other size is shown by nobody. */
function sizeOf(still: Buffer | undefined): readonly [width: number, height: number] {
  if (still?.readUIntBE(11, 3) !== 0x9d012a) throw new Error('a frame is no lossy WebP')
  return [still.readUInt16LE(14) & 0x3fff, still.readUInt16LE(16) & 0x3fff]
}

/** The chunk of a still WebP that is its picture, lossy or lossless. */
function picture(webp: Buffer): Buffer {
  for (let at = 12; at + 8 <= webp.length; ) {
    const name = webp.toString('latin1', at, at + 4)
    const length = webp.readUInt32LE(at + 4)
    const end = at + 8 + length + (length % 2)
    if (name === 'VP8 ' || name === 'VP8L') return webp.subarray(at, end)
    at = end
  }
  throw new Error('a WebP without a picture')
}
