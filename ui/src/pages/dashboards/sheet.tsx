import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { TabAnswer, TileView } from '../../../../src/api/dashboards.ts'
import type { Mark } from '../../charts/marked.ts'
import { drillQuery, saveCsv, type TileAsked } from '../../data/dashboards.ts'
import type { FilterValues } from '../../data/filter-values.ts'
import { counted } from '../../data/format.ts'
import { Button } from '../../parts/button.tsx'
import { Code } from '../../parts/code.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { FaultNote } from '../../parts/fault-note.tsx'
import { RowsTable } from '../../parts/rows-table.tsx'
import { Empty, Failure, Loading, messageOf } from '../../parts/states.tsx'
import { useToast } from '../../parts/toast.tsx'
import { FailingBuilds } from './failing.tsx'
import { placeText } from './place-text.ts'
import styles from './sheet.module.css'

/** What of a tile is looked at. */
export interface Opened {
  readonly tile: TileView
  readonly part: 'rows' | 'data' | 'sql' | 'builds'
  /** What was pressed; empty: the tile. */
  readonly mark: Mark
}

interface SheetProps {
  readonly opened: Opened | undefined
  readonly answer: TabAnswer['tiles'][string] | undefined
  readonly dashboard: string
  readonly filters: FilterValues
  readonly onPart: (part: Opened['part']) => void
  readonly onClose: () => void
}

const parts = [
  { id: 'rows', title: 'Rows behind it' },
  { id: 'data', title: 'Data of the tile' },
  { id: 'sql', title: 'SQL' },
  { id: 'builds', title: 'Failing builds' },
] as const

/** What is behind a tile: the rows that it counts, its own data as a table, its SQL and where that is written. */
export function Sheet({ opened, answer, dashboard, filters, onPart, onClose }: SheetProps) {
  const toast = useToast()
  const asked = opened && { dashboard, tile: opened.tile.id, filters }
  const save = () => {
    if (asked) saveCsv(asked).catch((error: unknown) => toast(messageOf(error), 'bad'))
  }
  return (
    <Dialog
      wide
      title={opened ? titleOf(opened) : ''}
      open={opened !== undefined}
      onClose={onClose}
      actions={<Button onClick={save}>Save as CSV</Button>}
    >
      {opened && asked && (
        <>
          <div className={styles.parts} role="tablist" aria-label="Parts">
            {partsOf(opened.tile).map(({ id, title }) => (
              <Button
                key={id}
                small
                look={id === opened.part ? 'plain' : 'quiet'}
                role="tab"
                aria-selected={id === opened.part}
                onClick={() => onPart(id)}
              >
                {title}
              </Button>
            ))}
          </div>
          <div className={styles.part} role="tabpanel" aria-label={parts.find(({ id }) => id === opened.part)?.title}>
            {opened.part === 'rows' && <Rows asked={asked} opened={opened} />}
            {opened.part === 'data' && <Data tile={opened.tile} answer={answer} />}
            {opened.part === 'builds' && <FailingBuilds of={opened.tile.failing} />}
            {opened.part === 'sql' && <Code label={opened.tile.file} text={opened.tile.sql} />}
          </div>
        </>
      )}
    </Dialog>
  )
}

/** What there is to be seen of a tile. */
function partsOf({ failing }: TileView) {
  return parts.filter(({ id }) => id !== 'builds' || failing.length > 0)
}

function titleOf({ tile, mark }: Opened): string {
  return [tile.title, ...Object.values(mark).map((value) => (value === null ? '(none)' : String(value)))].join(' · ')
}

function Rows({ asked, opened: { mark, tile } }: { readonly asked: TileAsked; readonly opened: Opened }) {
  const [exactly, setExactly] = useState(false)
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...drillQuery(asked, mark, exactly),
    // it was asked for once, and moves on only when it is opened again
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before) => before,
  })
  const places = data?.places
  const first = useMemo(() => places && { title: 'From', text: (at: number) => placeText(places[at]) }, [places])
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  if (data.rows.length === 0) return <Empty title="No rows are behind it." />
  return (
    <>
      <div className={styles.noted}>
        <p className={styles.note}>
          {data.truncated ? `The first ${counted(data.rows.length, 'row')}` : counted(data.rows.length, 'row')}
          {data.of === 'answer' ? ' of the tile’s own SELECT, which hides what it is made of' : ''}
          {data.hidden.length > 0 && `; personal, and not shown: ${data.hidden.join(', ')}`}
        </p>
        {places && (
          <Button small disabled={exactly} onClick={() => setExactly(true)}>
            {exactly && isPlaceholderData ? 'Reading files…' : 'Find lines and offsets'}
          </Button>
        )}
      </div>
      <RowsTable
        label={`Rows behind ${tile.title}`}
        columns={data.columns}
        rows={data.rows}
        first={first ?? undefined}
      />
      <Code label="What was asked" text={data.sql} />
    </>
  )
}

function Data({ tile, answer }: { readonly tile: TileView; readonly answer: SheetProps['answer'] }) {
  const fault = tile.fault ?? (answer && 'error' in answer ? answer.error : undefined)
  if (fault) return <FaultNote fault={fault} />
  if (!answer || 'error' in answer) return <Loading />
  return (
    <>
      <p className={styles.note}>
        {counted(answer.rows.length, 'row')}, in {answer.elapsed_ms} ms
      </p>
      <RowsTable label={`Data of ${tile.title}`} columns={answer.columns} rows={answer.rows} />
    </>
  )
}
