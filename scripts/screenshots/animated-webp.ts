/** A picture as WebP, and how long it is shown. */
export interface Frame {
  readonly webp: Buffer
  readonly shownMs: number
}

/**
 * An animated WebP of still ones, shown again and again. The container is RIFF: `VP8X` (what follows), `ANIM` (background,
 * loops), an `ANMF` a frame, which holds the picture's own chunk. https://developers.google.com/speed/webp/docs/riff_container
 */
export function animatedWebp(frames: readonly Frame[], width: number, height: number): Buffer {
  const extended = Buffer.alloc(10)
  extended[0] = 0b10 // it moves
  extended.writeUIntLE(width - 1, 4, 3)
  extended.writeUIntLE(height - 1, 7, 3)
  // white, and for ever
  const animation = Buffer.from([255, 255, 255, 255, 0, 0])
  const shown = frames.map(({ webp, shownMs }) => {
    const head = Buffer.alloc(16)
    head.writeUIntLE(width - 1, 6, 3)
    head.writeUIntLE(height - 1, 9, 3)
    head.writeUIntLE(Math.min(shownMs, 0xffffff), 12, 3)
    head[15] = 0b10 // it stands in the place of what was there
    return chunk('ANMF', Buffer.concat([head, picture(webp)]))
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
