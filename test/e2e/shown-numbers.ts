import type { Page } from 'playwright-core'

/** The numbers of a tab by the ids of their tiles, and when they stood there. */
export interface Frame {
  readonly atMs: number
  readonly numbers: Readonly<Record<string, string>>
}

const read = `new Promise((resolve) => requestAnimationFrame(() => {
  const tiles = [...document.querySelectorAll('section[data-chart="number"]')]
  const numbers = tiles.flatMap((tile) => {
    const text = /: ([$\\d,.]+)/.exec(tile.querySelector('button:not([aria-label])')?.textContent ?? '')
    return text ? [[tile.getAttribute('aria-labelledby').slice('tile-'.length), text[1].replace(/[$,]/g, '')]] : []
  })
  resolve({ atMs: Date.now(), numbers: Object.fromEntries(numbers) })
}))`

/** What stands on the page in one frame of it. */
export function frameOf(page: Page): Promise<Frame> {
  return page.evaluate<Frame>(read)
}

/** A number of a tab, 0 where it stands there not yet. */
export function numberIn({ numbers }: Frame, id: string): number {
  return Number(numbers[id] ?? 0)
}
