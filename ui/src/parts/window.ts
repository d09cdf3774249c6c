/** The part of a long list that is in sight, with some rows around it that scrolling finds there. */
export interface Part {
  readonly from: number
  readonly to: number
}

const around = 20

export function partInSight(
  { scrollTop, clientHeight }: { readonly scrollTop: number; readonly clientHeight: number },
  rowHeight: number,
  rows: number,
): Part {
  const first = Math.floor(scrollTop / rowHeight)
  const from = Math.max(0, Math.min(first - around, rows - 1))
  return { from, to: Math.min(rows, first + Math.ceil(clientHeight / rowHeight) + around) }
}

/** Characters that a column needs, by its head and the first rows: what scrolls by does not change the widths. */
export function widthOf(head: readonly string[], texts: readonly string[]): number {
  const longest = [...head.map((text) => text.length + 2), ...texts.map((text) => text.length)]
  return Math.min(44, Math.max(5, ...longest)) + 3
}
