/** A message, and the line of a text that it shows with a caret under a place. */
export interface Told {
  readonly said: string
  readonly excerpt?: { readonly line: string; readonly before: string }
}

/** The server ends a message about a place in a text with the line, and under it blanks and a caret. */
export function toldIn(message: string): Told {
  const [, said = message, line, before] = /^(.*)\n([^\n]*)\n( *)\^$/s.exec(message) ?? []
  return line === undefined || before === undefined ? { said } : { said, excerpt: { line, before } }
}
