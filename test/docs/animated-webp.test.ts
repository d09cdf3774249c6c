import { expect, test } from 'vitest'
import { animatedWebp } from '../../scripts/screenshots/animated-webp.ts'

/** A still WebP whose picture is these bytes. */
function still(...bytes: readonly number[]): Buffer {
  const head = Buffer.from('RIFF____WEBPVP8 ____', 'latin1')
  head.writeUInt32LE(bytes.length, 16)
  return Buffer.concat([head, Buffer.from(bytes), Buffer.alloc(bytes.length % 2)])
}

test('a film is its pictures one after another, each with how long it is shown', () => {
  const made = animatedWebp(
    [
      { webp: still(1, 2, 3), shownMs: 250 },
      { webp: still(4), shownMs: 500 },
    ],
    640,
    480,
  )
  expect(made.readUInt32LE(4)).toBe(made.length - 8)
  const found: [string, number][] = []
  for (let at = 12; at < made.length; ) {
    const [name, length] = [made.toString('latin1', at, at + 4), made.readUInt32LE(at + 4)]
    found.push([name, name === 'ANMF' ? made.readUIntLE(at + 8 + 12, 3) : length])
    if (name === 'ANMF') expect(made.readUIntLE(at + 8 + 6, 3) + 1).toBe(640)
    at += 8 + length + (length % 2)
  }
  expect(found).toEqual([
    ['VP8X', 10],
    ['ANIM', 6],
    ['ANMF', 250],
    ['ANMF', 500],
  ])
  expect(() => animatedWebp([{ webp: Buffer.alloc(20), shownMs: 1 }], 1, 1)).toThrow('without a picture')
})
