import type { FilesOptions } from '../connectors/files/options.ts'
import type { RowShape } from '../connectors/files/rows.ts'
import type { Contract } from '../contract/contract.ts'
import { isPath, sameName } from '../contract/fields.ts'

/** What `files()` and `spool()` say of text alike. */
interface Told extends Pick<FilesOptions, 'format' | 'header' | 'delimiter' | 'quote' | 'columns' | 'encoding'> {
  readonly nulls?: readonly string[]
}

/** How the text of a source becomes events of a contract. */
export function rowDialect(
  contract: Contract,
  { format, header, delimiter, quote, encoding, columns, nulls = [''] }: Told,
  place: Pick<FilesOptions, 'glob' | 'root'>,
): { readonly dialect: FilesOptions; readonly isNull: RowShape['isNull'] } {
  const named = contract.columns.map(({ name, from }) => (from === undefined || isPath(from) ? name : from))
  const own = contract.columns.filter((column) => column.nulls !== undefined).map(({ name, from }) => from ?? name)
  return {
    dialect: {
      ...place,
      columns: columns ?? named,
      ...(format !== undefined && { format }),
      ...(header !== undefined && { header }),
      ...(delimiter !== undefined && { delimiter }),
      ...(quote !== undefined && { quote }),
      ...(encoding !== undefined && { encoding }),
    },
    isNull: (field, text) => nulls.includes(text) && !own.some((each) => sameName(each, field)),
  }
}
