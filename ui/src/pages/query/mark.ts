import { ApiError } from '../../data/api.ts'

/** What is wrong with a text, and where: line and column from 1, a column is a character. */
export interface Marked {
  readonly place: { readonly line: number; readonly column: number }
  readonly message: string
}

/** The word at a place, or the character that stands there; at the end of the text the one before. */
export function rangeOf(
  text: string,
  { line, column }: Marked['place'],
): { readonly from: number; readonly to: number } {
  const lines = text.split('\n')
  const before = lines.slice(0, line - 1).reduce((length, each) => length + each.length + 1, 0)
  const from = before + [...(lines[line - 1] ?? '')].slice(0, column - 1).join('').length
  if (from >= text.length) return { from: Math.max(0, text.length - 1), to: text.length }
  const [word = ''] = /^(?:[\p{L}\p{N}_]+|[^\n])/u.exec(text.slice(from)) ?? []
  return { from, to: from + word.length }
}

/** What a refusal says of the text, while it is still the text that was refused. */
export function markedBy(
  { state, sql, error }: { readonly state: string; readonly sql: string; readonly error?: unknown },
  text: string,
): Marked | undefined {
  if (state !== 'refused' || sql !== text || !(error instanceof ApiError) || !error.place) return undefined
  return { place: error.place, message: reasonOf(error.message) }
}

/** A message without what the editor shows: the place, and the line with a caret under it. */
export function reasonOf(message: string): string {
  return (message.split('\n')[0] as string).replace(/^line \d+, column \d+: /, '')
}
