import { sql, value } from '../../sql/text.ts'
import type { Form } from './form.ts'
import { isJson } from './json-text.ts'
import { matches, trimmed } from './pattern.ts'

export const varchar: Form = {
  accepts: 'any text, kept as it is, spaces around it included',
  refuses: 'nothing; in JSON, objects and lists',
  cast: (text) => text,
  fits: () => sql`true`,
  delta: 'string',
  parquet: 'STRING',
  json: 'string; numbers, true and false as their text',
  typescript: 'string',
}

const truths = ['true', 't', 'yes', 'y', 'on', '1']
const untruths = ['false', 'f', 'no', 'n', 'off', '0']

export const boolean: Form = {
  accepts: '`true t yes y on 1` and `false f no n off 0`, in any case',
  refuses: 'everything else',
  cast: (text) =>
    sql`CASE ${text} WHEN 'true' THEN true WHEN 'false' THEN false ELSE CASE WHEN ${matches(text, `(?i)${truths.join('|')}`)} THEN true WHEN ${matches(text, `(?i)${untruths.join('|')}`)} THEN false END END`,
  fits: ({ cast }) => sql`${cast} IS NOT NULL`,
  delta: 'boolean',
  parquet: 'BOOLEAN',
  json: 'true or false, or a text or number as above',
  typescript: 'boolean',
}

const hyphenated = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'

export const uuid: Form = {
  accepts: '8-4-4-4-12 hexadecimal digits in any case, in braces or not, or 32 digits without hyphens',
  refuses: 'hyphens elsewhere, other lengths',
  cast: (text) => sql`regexp_full_match(${text}, ${value(hyphenated)})`,
  fits: ({ text, cast }) =>
    sql`CASE WHEN ${cast} THEN true ELSE ${matches(text, `(?i)${hyphenated}|\\{${hyphenated}\\}|[0-9a-f]{32}`)} END`,
  value: ({ text, cast }) => sql`CASE WHEN ${cast} THEN ${text} ELSE TRY_CAST(${trimmed(text)} AS UUID)::VARCHAR END`,
  delta: 'string with metadata `millrace.type`',
  parquet: 'STRING, lower case with hyphens',
  json: 'string',
  typescript: 'string',
}

export const json: Form = {
  accepts: 'one JSON value (RFC 8259), kept as it is written',
  refuses: 'NaN, Infinity, trailing commas, comments, anything after the value',
  cast: (text) => isJson(text),
  fits: ({ cast }) => cast,
  value: ({ text, cast }) => sql`CASE WHEN ${cast} THEN ${text} END`,
  delta: 'string with metadata `millrace.type`',
  parquet: 'STRING',
  json: 'any value',
  typescript: 'unknown',
}

export const blob: Form = {
  accepts: 'base64 with its padding (RFC 4648), or `\\x` and pairs of hexadecimal digits',
  refuses: 'everything else',
  cast: (text) =>
    sql`CASE WHEN ${matches(text, '\\\\x(?:[0-9a-fA-F]{2})*')} THEN unhex(substr(${trimmed(text)}, 3)) WHEN ${matches(text, '(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)')} THEN TRY(from_base64(${trimmed(text)})) END`,
  fits: ({ cast }) => sql`${cast} IS NOT NULL`,
  delta: 'binary',
  parquet: 'BYTE_ARRAY',
  json: 'string as above',
  typescript: 'Uint8Array | string',
}
