import type { Form } from '../../src/contract/forms/form.ts'
import { forms } from '../../src/contract/forms.ts'
import { code, type Page, page, table } from './page.ts'

type Row = Pick<Form, 'accepts' | 'refuses' | 'delta' | 'parquet' | 'json' | 'typescript'>

const names: Readonly<Record<string, string>> = { decimal: 'decimal(p,s)' }

/** Types made of others; in text they are JSON. */
const nested: Readonly<Record<string, Row>> = {
  'type[]': {
    accepts: 'a JSON array, each item as its type',
    refuses: 'anything else',
    delta: 'array',
    parquet: 'LIST',
    json: 'array',
    typescript: 'readonly T[]',
  },
  'struct(name type, …)': {
    accepts: 'a JSON object; fields by name',
    refuses: 'anything else',
    delta: 'struct',
    parquet: 'group',
    json: 'object',
    typescript: 'unknown',
  },
  'map(key, value)': {
    accepts: 'a JSON object; keys are varchar',
    refuses: 'anything else',
    delta: 'map',
    parquet: 'MAP',
    json: 'object',
    typescript: 'unknown',
  },
}

/** Every column type with its forms, from `src/contract/forms`. */
export function typesPage(): Page {
  const rows = Object.entries({ ...forms, ...nested } as Readonly<Record<string, Row>>)
  return page('types.md', 'Column types', [
    'A column is written as its type, with `not null` where every row must have a value:',
    code("columns: { user_id: 'bigint not null', price: 'decimal(12,2)', tags: 'varchar[]' }", 'ts'),
    'A text that does not fit is a reject with its line and reason, never a rounding. The texts of `nulls` (default: the empty one) are NULL. Spaces around a value are no part of it.',
    table(
      ['type', 'text that is read', 'text that is refused'],
      rows.map(([name, { accepts, refuses }]) => [`\`${names[name] ?? name}\``, accepts, refuses]),
    ),
    table(
      ['type', 'Delta', 'Parquet', 'JSON', 'TypeScript'],
      rows.map(([name, { delta, parquet, json, typescript }]) => [
        `\`${names[name] ?? name}\``,
        delta,
        parquet,
        json,
        `\`${typescript}\``,
      ]),
    ),
    "NaN and infinities of float and double are NULL, or refused with `nan: 'reject'`. Results of queries that need more than 64 bits fail with a code, sums of decimals are decimal(38,s).",
  ])
}
