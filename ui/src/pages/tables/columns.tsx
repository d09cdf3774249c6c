import type { ModelView } from '../../../../src/api/models.ts'
import type { ColumnView } from '../../../../src/api/tables.ts'
import { Badge } from '../../parts/badge.tsx'
import { DataTable, type TableColumn } from '../../parts/data-table.tsx'

type Described = ColumnView & Partial<Pick<ModelView['columns'][number], 'description' | 'unit'>>

const plain: readonly TableColumn<Described>[] = [
  { id: 'name', title: 'Column', cell: ({ name }) => <strong>{name}</strong> },
  {
    id: 'type',
    title: 'Type',
    cell: ({ type, nullable }) => <code>{nullable ? type : `${type} not null`}</code>,
  },
  {
    id: 'marks',
    title: '',
    cell: ({ pii }) =>
      pii && (
        <Badge tone="warn" title="Hidden in previews, rejects, logs and errors from whoever may not see it">
          personal
        </Badge>
      ),
  },
]

const described: readonly TableColumn<Described>[] = [
  ...plain,
  {
    id: 'description',
    title: 'What it is',
    cell: ({ description, unit }) => [description, unit && `in ${unit}`].filter(Boolean).join(', '),
  },
]

export function Columns({ columns }: { readonly columns: readonly Described[] }) {
  const isDescribed = columns.some(({ description, unit }) => description || unit)
  return (
    <DataTable label="Columns" columns={isDescribed ? described : plain} rows={columns} keyOf={({ name }) => name} />
  )
}
