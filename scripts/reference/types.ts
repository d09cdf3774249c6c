import { forms } from '../../src/contract/forms.ts'
import { code, type Page, page, table } from './page.ts'

const names: Readonly<Record<string, string>> = {
  decimal: 'decimal(p,s)',
  list: 'type[]',
  struct: 'struct(name type, …)',
  map: 'map(key, value)',
}

/** Every column type with its forms, from `src/contract/forms`. */
export function typesPage(): Page {
  const rows = Object.entries(forms)
  return page('types.md', 'Column types', [
    'A column is written as its type, with `not null` where every row must have a value:',
    code("columns: { user_id: 'bigint not null', price: 'decimal(12,2)', tags: 'varchar[]' }", 'ts'),
    'A text that does not fit is a reject with its line and reason, never a rounding. Spaces and tabs around a value are no part of it, but in varchar columns, whose texts are kept as they are.',
    'NULL is written as one of the texts of `nulls`: those of the column, else those of the source, else the empty text (in JSON and Parquet, which have a NULL of their own, none). Varchar columns compare them as they are, others without the spaces around; in the others a text of nothing but spaces is NULL in any case.',
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
