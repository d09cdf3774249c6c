import type { Page } from 'playwright-core'

/** What is seen of a page, as WebP; `scale`: of its own size. */
export async function webpOf(page: Page, quality: number, scale = 1): Promise<Buffer> {
  const { width, height } = page.viewportSize() ?? { width: 1280, height: 800 }
  const session = await page.context().newCDPSession(page)
  const clip = { x: 0, y: 0, width, height, scale }
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality, clip })
  await session.detach()
  return Buffer.from(data, 'base64')
}
