import { useQuery } from '@tanstack/react-query'
import type { FileView } from '../../../../src/api/tables.ts'
import { counted } from '../../data/format.ts'
import { filesQuery } from '../../data/tables.ts'
import { DataTable, type TableColumn } from '../../parts/data-table.tsx'
import { Bytes, Count, Time } from '../../parts/figures.tsx'
import { Empty, Failure, Loading } from '../../parts/states.tsx'

const columns: readonly TableColumn<FileView>[] = [
  { id: 'path', title: 'File', by: ({ path }) => path, cell: ({ path }) => <code>{path}</code> },
  { id: 'rows', title: 'Rows', numeric: true, by: ({ rows }) => rows, cell: ({ rows }) => <Count of={rows} /> },
  { id: 'bytes', title: 'Size', numeric: true, by: ({ bytes }) => bytes, cell: ({ bytes }) => <Bytes of={bytes} /> },
  {
    id: 'written',
    title: 'Written',
    numeric: true,
    by: ({ written_at: at }) => Date.parse(at),
    cell: ({ written_at: at }) => <Time at={at} />,
  },
]

/** The files that the newest version is made of. */
export function Files({ name }: { readonly name: string }) {
  const { data, error, refetch } = useQuery(filesQuery(name))
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  const { files, total } = data
  if (total === 0) return <Empty title="It has no files." />
  return (
    <>
      <DataTable
        label={`Files of ${name}`}
        columns={columns}
        rows={files}
        keyOf={({ path }) => path}
        order={{ by: 'written', way: 'down' }}
      />
      {total > files.length && (
        <p className="visually-quiet">
          The newest {counted(files.length, 'file')} of {total}.
        </p>
      )}
    </>
  )
}
