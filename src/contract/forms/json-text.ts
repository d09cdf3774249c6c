import { type SqlText, sql, value } from '../../sql/text.ts'
import { pointer } from '../fields.ts'

/**
 * DuckDB reads JSON numbers as doubles where they have a fraction or an exponent, and writes them anew: 1.10 becomes
 * 1.1, and digits beyond the sixteenth are lost. So numbers that could change are turned into texts that begin with
 * this mark before DuckDB parses them, and back into numbers where JSON is stored.
 */
const mark = 'millrace-number-5d0c2f61-8f0e-4f4a-9f55-b1b2f1a6c7de:'

const quoted = '"(?:[^"\\\\]|\\\\.)*"'
const number = '-?[0-9]+(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?'
const notFinite = '-?(?:[nN][aA][nN]|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?)'

/** Texts in which a number may change: long, with an exponent, with a last or many first zeros, or a minus zero. */
const delicate = '[0-9.]{17}|[0-9][eE][+-]?[0-9]|\\.[0-9]*0(?:[^0-9]|$)|\\.0000|-0|(?i:nan|inf)'

/** What DuckDB's reader lets pass and JSON does not know: NaN, Infinity, and a comma before a bracket. */
const lenient = '(?i)nan|inf|,[ \\t\\r\\n]*[\\]}]'

/** True for one JSON value as RFC 8259 has it. */
export function isJson(text: SqlText): SqlText {
  return sql`CASE WHEN NOT json_valid(${text}) THEN false WHEN NOT regexp_matches(${text}, ${value(lenient)}) THEN true ELSE NOT regexp_matches(regexp_replace(${text}, ${value(quoted)}, '""', 'g'), ${value(lenient)}) END`
}

/** True for JSON that DuckDB can read and that has, beyond RFC 8259, NaN and infinities at most. */
export function isLooseJson(text: SqlText): SqlText {
  const comma = value(',[ \\t\\r\\n]*[\\]}]')
  return sql`CASE WHEN NOT json_valid(${text}) THEN false WHEN NOT regexp_matches(${text}, ${comma}) THEN true ELSE NOT regexp_matches(regexp_replace(${text}, ${value(quoted)}, '""', 'g'), ${comma}) END`
}

/** JSON text whose delicate numbers are marked texts, and whose NaN and infinities are null. */
export function marked(text: SqlText): SqlText {
  const pattern = value(`(${quoted})|(${number})|(${notFinite})`)
  const [from, to, bad, end] = [1, 2, 3, 4].map((code) => sql`chr(${value(code)})`) as [
    SqlText,
    SqlText,
    SqlText,
    SqlText,
  ]
  const cut = sql`regexp_replace(${text}, ${pattern}, concat('\\1', ${from}, '\\2', ${to}, ${bad}, '\\3', ${end}), 'g')`
  const whole = sql`replace(replace(${cut}, ${bad} || ${end}, ''), ${from} || ${to}, '')`
  const finite = sql`regexp_replace(${whole}, ${value('\\x03[^\\x04]*\\x04')}, 'null', 'g')`
  const texts = sql`replace(replace(${finite}, ${from}, ${value(`"${mark}`)}), ${to}, '"')`
  return sql`CASE WHEN regexp_matches(${text}, ${value(delicate)}) THEN ${texts} ELSE ${text} END`
}

/** JSON text with its numbers as they were written. */
export function unmarked(text: SqlText): SqlText {
  return sql`CASE WHEN contains(${text}, ${value(mark)}) THEN regexp_replace(${text}, ${value(`"${mark}([^"]*)"`)}, '\\1', 'g') ELSE ${text} END`
}

/** The text of a JSON scalar: that of a string without its quotes, the digits of a number. NULL for null. */
export function scalarText(json: SqlText): SqlText {
  const text = sql`(${json} ->> '$')`
  return sql`CASE WHEN ${text} ^@ ${value(mark)} THEN substr(${text}, ${value(mark.length + 1)}) ELSE ${text} END`
}

/** A path to one key of an object, whatever is in its name. */
export function keyPath(key: string): SqlText {
  return value(pointer(key))
}

/** The same for a key that SQL works out. */
export function keyPathOf(key: SqlText): SqlText {
  return sql`'/' || replace(replace(${key}, '~', '~0'), '/', '~1')`
}
