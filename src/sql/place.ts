/** A place in a text that a person wrote: line and column from 1, and the line with a caret under it. */
export interface Place {
  readonly line: number
  readonly column: number
  /** Begins with a line end, so that it can follow a message; empty where the place is not known. */
  readonly excerpt: string
}

export const nowhere: Place = { line: 1, column: 1, excerpt: '' }

/** The place of a byte in the UTF-8 of a text: DuckDB counts in bytes. */
export function placeOfByte(text: string, byte: number): Place {
  const bytes = Buffer.from(text, 'utf8')
  if (!(byte >= 0 && byte <= bytes.length)) return nowhere
  const before = bytes.subarray(0, byte).toString('utf8').split('\n')
  const column = [...(before.at(-1) as string)].length + 1
  const line = (text.split('\n')[before.length - 1] as string).replaceAll('\t', ' ').replace(/\r$/, '')
  return { line: before.length, column, excerpt: excerptOf([...line], column - 1) }
}

const excerptWidth = 100

/** What stands around a place of a line, and a caret under the place. */
function excerptOf(line: readonly string[], at: number): string {
  const from =
    line.length <= excerptWidth ? 0 : Math.max(0, Math.min(at - excerptWidth / 2, line.length - excerptWidth))
  const shown = line.slice(from, from + excerptWidth).join('')
  const [left, right] = [from > 0 ? '…' : '', from + excerptWidth < line.length ? '…' : '']
  return `\n${left}${shown}${right}\n${' '.repeat(at - from + left.length)}^`
}

/** The place of a character of a text, counted in code points: so DuckDB's parser counts, unlike all that comes after it. */
export function placeOfCharacter(text: string, at: number): Place {
  return placeOfByte(text, Buffer.byteLength([...text].slice(0, at).join('')))
}

/** Where a byte of the UTF-8 of a text lies in the text itself. */
export function indexOfByte(text: string, byte: number): number {
  return Buffer.from(text, 'utf8').subarray(0, byte).toString('utf8').length
}

/** Where a place lies in the text: the inverse of the functions above. */
export function indexOfPlace(text: string, { line, column }: Pick<Place, 'line' | 'column'>): number {
  const lines = text.split('\n')
  const before = lines.slice(0, line - 1).reduce((length, each) => length + each.length + 1, 0)
  return before + [...(lines[line - 1] ?? '')].slice(0, column - 1).join('').length
}
