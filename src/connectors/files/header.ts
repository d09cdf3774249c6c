import { isAscii } from 'node:buffer'

/** The fields of one record, quotes taken off; the grammar is that of `csvSplitter`. */
export function parseFields(record: string, delimiter: string, quote: string): string[] {
  const fields: string[] = []
  let at = 0
  for (;;) {
    const { field, next } = parseField(record, at, delimiter, quote)
    fields.push(field)
    if (next >= record.length || !record.startsWith(delimiter, next)) return fields
    at = next + delimiter.length
  }
}

function parseField(record: string, from: number, delimiter: string, quote: string): { field: string; next: number } {
  let open = from
  if (delimiter !== ' ') while (record[open] === ' ') open++
  if (quote === '' || record[open] !== quote) {
    const end = record.indexOf(delimiter, from)
    const next = end < 0 ? record.length : end
    return { field: record.slice(from, next), next }
  }
  let field = ''
  let at = open + 1
  for (;;) {
    const close = record.indexOf(quote, at)
    if (close < 0) return { field: field + record.slice(at), next: record.length }
    field += record.slice(at, close)
    if (record[close + 1] !== quote) {
      const end = record.indexOf(delimiter, close + 1)
      return { field, next: end < 0 ? record.length : end }
    }
    field += quote
    at = close + 2
  }
}

/**
 * The names of a header's fields: trimmed, empty ones named by their place (`column3`), repeated ones numbered
 * (`price`, `price_2`).
 */
export function fieldNames(fields: readonly string[]): string[] {
  const taken = new Set<string>()
  return fields.map((field, index) => {
    const name = field.replace(/^\ufeff/, '').trim() || `column${index + 1}`
    let free = name
    for (let count = 2; taken.has(free.toLowerCase()); count++) free = `${name}_${count}`
    taken.add(free.toLowerCase())
    return free
  })
}

/** The first record of a text that is still coming; undefined when it has not ended. */
export function firstRecord(text: Buffer, quote: string, last: boolean): string | undefined {
  const mark = quote !== '' && isAscii(Buffer.from(quote)) ? quote.charCodeAt(0) : -1
  let start = text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf ? 3 : 0
  let quoted = false
  for (let at = start; at < text.length; at++) {
    const byte = text[at]
    if (byte === mark) quoted = !quoted
    else if (!quoted && (byte === 10 || byte === 13)) {
      if (at > start) return text.toString('utf8', start, at)
      start = at + 1
    }
  }
  return last && text.length > start ? text.toString('utf8', start) : undefined
}
