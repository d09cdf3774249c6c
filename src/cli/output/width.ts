/** East Asian wide and fullwidth blocks, and the pictographs that terminals draw two cells wide. */
const wide =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u

const plain = /^[\x20-\x7e]*$/
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** How many cells of a terminal a text takes. */
export function width(text: string): number {
  if (plain.test(text)) return text.length
  let cells = 0
  for (const { segment } of graphemes.segment(text)) cells += segmentWidth(segment)
  return cells
}

/** The text in at most `cells` cells; where something is cut, the last cell is `…`. */
export function truncate(text: string, cells: number): string {
  if (text.length <= cells && plain.test(text)) return text
  if (width(text) <= cells) return text
  let kept = ''
  let used = 0
  for (const { segment } of graphemes.segment(text)) {
    const next = segmentWidth(segment)
    if (used + next > cells - 1) break
    kept += segment
    used += next
  }
  return `${kept}…`
}

/** Filled up with spaces to `cells` cells, on the left for numbers. */
export function pad(text: string, cells: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, cells - width(text)))
  return right ? space + text : text + space
}

function segmentWidth(segment: string): number {
  if (/^[\p{Mn}\p{Me}\p{Cf}]+$/u.test(segment)) return 0
  return wide.test(segment) ? 2 : 1
}
