/** A piece of SQL that is safe to put into more SQL: made by `sql`, `name`, `value` or `join` alone. */
export class SqlText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toString(): string {
    return this.text
  }
}

/** SQL from a template; every hole takes a piece that quotes itself: `` sql`SELECT ${name(column)} FROM t` ``. */
export function sql(parts: TemplateStringsArray, ...holes: readonly SqlText[]): SqlText {
  return new SqlText(parts.reduce((text, part, index) => `${text}${holes[index - 1]?.text ?? ''}${part}`))
}

/** A quoted identifier. */
export function name(identifier: string): SqlText {
  return new SqlText(`"${identifier.replaceAll('"', '""')}"`)
}

/** A literal: text quoted, numbers as they are. Text with a NUL cannot be a literal and is refused by the engine. */
export function value(literal: string | number | bigint | boolean | null): SqlText {
  if (typeof literal === 'string') return new SqlText(`'${literal.replaceAll("'", "''")}'`)
  if (typeof literal === 'number' && !Number.isFinite(literal)) return new SqlText(`'${literal}'::DOUBLE`)
  return new SqlText(literal === null ? 'NULL' : String(literal))
}

/** Pieces with a separator between them. */
export function join(pieces: readonly SqlText[], separator = ', '): SqlText {
  return new SqlText(pieces.map((piece) => piece.text).join(separator))
}

/** SQL that a person wrote, taken as it is: only after `parse` has accepted it. */
export function raw(text: string): SqlText {
  return new SqlText(text)
}
