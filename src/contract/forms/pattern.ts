import { type SqlText, sql, value } from '../../sql/text.ts'

/** True when the whole of `text`, but for spaces and tabs around it, matches the regular expression (RE2). */
export function matches(text: SqlText, pattern: string): SqlText {
  return sql`regexp_full_match(${text}, ${value(`[ \\t]*(?:${pattern})[ \\t]*`)})`
}

/** The text without spaces and tabs around it. */
export function trimmed(text: SqlText): SqlText {
  return sql`trim(${text}, ${value(' \t')})`
}
