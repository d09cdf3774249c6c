/** The grid’s columns where there is room. */
const columns = 12

interface Sized {
  readonly chart: string
  readonly width: number
  readonly height: number
}

/** How many rows of the grid tiles take, set one after another as the browser does. */
export function rowsOf(tiles: readonly Sized[]): number {
  const free: number[] = Array.from({ length: columns }, () => 0)
  let [row, column] = [0, 0]
  for (const { width, height } of tiles) {
    while (column + width > columns || free.slice(column, column + width).some((from) => from > row)) {
      column++
      if (column + width > columns) {
        column = 0
        row++
      }
    }
    for (let at = column; at < column + width; at++) free[at] = row + height
    column += width
  }
  return Math.max(0, ...free)
}

/**
 * The columns of a narrow grid of two: numbers stand in pairs, and the first of an odd count has both. What is broken has
 * room to say so.
 */
export function foldedOf(
  tiles: readonly (Pick<Sized, 'chart'> & { readonly isBroken: boolean })[],
): readonly (1 | 2)[] {
  const folded: (1 | 2)[] = []
  let run = 0
  const isNumber = (at: number) => tiles[at]?.chart === 'number' && !tiles[at]?.isBroken
  tiles.forEach((_, at) => {
    if (!isNumber(at)) {
      folded.push(2)
      run = 0
      return
    }
    if (run === 0) {
      let end = at
      while (isNumber(end)) end++
      run = end - at
      folded.push(run % 2 === 1 ? 2 : 1)
    } else folded.push(1)
  })
  return folded
}
