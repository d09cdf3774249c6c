import type { Page } from 'playwright-core'

/** What a picture is held against another with: how far a colour may be off, of 255, and the share of pixels that are not. */
const farOff = 48

export interface Difference {
  /** Of all pixels; 1 where the sizes differ. */
  readonly share: number
  /** PNG: the pixels that differ in red, on a faint picture of what was kept. */
  readonly png: Buffer
}

/** Runs in the page: it decodes what Chromium has encoded. */
const script = `async ({ kept, seen, farOff }) => {
  const pixels = async (webp) => {
    const image = new Image()
    image.src = 'data:image/webp;base64,' + webp
    await image.decode()
    const canvas = new OffscreenCanvas(image.width, image.height)
    const drawing = canvas.getContext('2d')
    drawing.drawImage(image, 0, 0)
    return { canvas, drawing, data: drawing.getImageData(0, 0, image.width, image.height) }
  }
  const [a, b] = [await pixels(kept), await pixels(seen)]
  const isSameSize = a.data.width === b.data.width && a.data.height === b.data.height
  let count = 0
  for (let at = 0; isSameSize && at < a.data.data.length; at += 4) {
    const off = Math.max(...[0, 1, 2].map((channel) => Math.abs(a.data.data[at + channel] - b.data.data[at + channel])))
    const paint = off > farOff ? [255, 0, 0] : [0, 1, 2].map((channel) => 192 + a.data.data[at + channel] / 4)
    if (off > farOff) count++
    a.data.data.set(paint, at)
  }
  a.drawing.putImageData(a.data, 0, 0)
  const png = new Uint8Array(await (await a.canvas.convertToBlob()).arrayBuffer())
  return { share: isSameSize ? count / (a.data.width * a.data.height) : 1, png: btoa(Array.from(png, (byte) => String.fromCharCode(byte)).join('')) }
}`

/** How far two pictures are apart, as a browser sees them. */
export async function difference(page: Page, kept: Buffer, seen: Buffer): Promise<Difference> {
  const given = { kept: kept.toString('base64'), seen: seen.toString('base64'), farOff }
  const { share, png } = await page.evaluate<{ share: number; png: string }>(`(${script})(${JSON.stringify(given)})`)
  return { share, png: Buffer.from(png, 'base64') }
}
