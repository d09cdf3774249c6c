import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { animatedWebp } from '../../scripts/screenshots/animated-webp.ts'

/** A still WebP whose lossy picture has this size, and these bytes. */
function still(width: number, height: number, ...bytes: readonly number[]): Buffer {
  const picture = Buffer.from([0, 0, 0, 0x9d, 0x01, 0x2a, 0, 0, 0, 0, ...bytes])
  picture.writeUInt16LE(width, 6)
  picture.writeUInt16LE(height, 8)
  const head = Buffer.from('RIFF____WEBPVP8 ____', 'latin1')
  head.writeUInt32LE(picture.length, 16)
  return Buffer.concat([head, picture, Buffer.alloc(picture.length % 2)])
}

/** The chunks of a film: of a frame its size, that of the picture in it, and how long it is shown. */
function chunksOf(film: Buffer) {
  expect(film.readUInt32LE(4)).toBe(film.length - 8)
  const found: { readonly name: string; readonly sizes: readonly number[]; readonly shownMs?: number }[] = []
  for (let at = 12; at < film.length; ) {
    const [name, length] = [film.toString('latin1', at, at + 4), film.readUInt32LE(at + 4)]
    const body = film.subarray(at + 8, at + 8 + length)
    const sizeAt = (place: number) => [body.readUIntLE(place, 3) + 1, body.readUIntLE(place + 3, 3) + 1]
    if (name === 'VP8X') found.push({ name, sizes: sizeAt(4) })
    else if (name === 'ANMF') {
      const own = [body.readUInt16LE(30), body.readUInt16LE(32)]
      found.push({ name, sizes: [...sizeAt(6), ...own], shownMs: body.readUIntLE(12, 3) })
    } else found.push({ name, sizes: [] })
    at += 8 + length + (length % 2)
  }
  return found
}

test('a film is its pictures one after another, each with how long it is shown', () => {
  const made = animatedWebp([
    { webp: still(640, 481, 1, 2, 3), shownMs: 250 },
    { webp: still(640, 481, 4), shownMs: 500 },
  ])
  expect(chunksOf(made)).toEqual([
    { name: 'VP8X', sizes: [640, 481] },
    { name: 'ANIM', sizes: [] },
    { name: 'ANMF', sizes: [640, 481, 640, 481], shownMs: 250 },
    { name: 'ANMF', sizes: [640, 481, 640, 481], shownMs: 500 },
  ])
  const other = [still(2, 2), still(2, 3)].map((webp) => ({ webp, shownMs: 1 }))
  expect(() => animatedWebp(other)).toThrow('frame 1 is not 2 by 2')
  expect(() => animatedWebp([{ webp: Buffer.alloc(20), shownMs: 1 }])).toThrow('without a picture')
})

test('the film of the README is one that browsers show: its pictures have the size that it says', () => {
  const [canvas, , ...frames] = chunksOf(readFileSync(join(import.meta.dirname, '../../docs/images/film.webp')))
  expect(frames.length).toBeGreaterThan(10)
  const size = canvas?.sizes ?? []
  expect(new Set(frames.map(({ sizes }) => sizes.join()))).toEqual(new Set([[...size, ...size].join()]))
})
