import { useQuery } from '@tanstack/react-query'
import type { StreamView } from '../../../../src/api/streams.ts'
import { useHeard } from '../../data/changes/provider.tsx'
import { counted, rough } from '../../data/format.ts'
import { streamsQuery } from '../../data/streams.ts'
import { Badge } from '../../parts/badge.tsx'
import { DataTable, type TableColumn } from '../../parts/data-table.tsx'
import { Count } from '../../parts/figures.tsx'
import { Page } from '../../parts/page.tsx'
import { Empty, Failure, Loading } from '../../parts/states.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import { lastBefore } from './offsets.ts'
import { Rate } from './rate.tsx'
import { useRateHistory } from './rate-history.ts'
import { Refused } from './refused.tsx'
import { Trouble } from './trouble.tsx'

interface Listed extends StreamView {
  readonly perSecond: number
  readonly history: readonly number[]
}

const columns: readonly TableColumn<Listed>[] = [
  {
    id: 'name',
    title: 'Name',
    by: ({ name }) => name,
    cell: ({ name, trouble }) => (
      <>
        <TextLink to="/streams/$name" params={{ name }} quiet>
          {name}
        </TextLink>{' '}
        {trouble !== null && <Badge tone="bad">in trouble</Badge>}
      </>
    ),
  },
  {
    id: 'rate',
    title: 'Events',
    numeric: true,
    by: ({ perSecond }) => perSecond,
    cell: ({ perSecond, history }) => <Rate perSecond={perSecond} history={history} />,
  },
  countColumn('accepted', 'Accepted', ({ counts }) => counts.accepted),
  countColumn('duplicates', 'Duplicates', ({ counts }) => counts.duplicates, true),
  {
    ...countColumn('rejected', 'Rejected', rejectedOf),
    cell: (stream) => <Refused table={stream.name} count={rejectedOf(stream)} />,
  },
  countColumn('conflicts', 'of them conflicts', ({ counts }) => counts.conflicts, true),
  { ...countColumn('waiting', 'Waiting', ({ waiting }) => waiting.records), note: 'records' },
  offsetColumn('newest', 'Newest', ({ offsets }) => offsets.next),
  offsetColumn('settled', 'Stored or rejected to', ({ offsets }) => offsets.stored),
]

function countColumn(id: string, title: string, of: (row: Listed) => number, spare = false): TableColumn<Listed> {
  return { id, title, numeric: true, by: of, cell: (row) => <Count of={of(row)} />, spare }
}

/** When they came, and by a rule since. */
function rejectedOf({ counts }: Listed): number {
  return counts.rejected + counts.rejected_by_rule
}

function offsetColumn(id: string, title: string, of: (row: Listed) => string): TableColumn<Listed> {
  return { id, title, note: 'offset', numeric: true, cell: (row) => <code>{lastBefore(of(row))}</code>, spare: true }
}

/** All streams: what they take, how far they are, and what is in their way. */
export function StreamList() {
  const { data, error, refetch } = useQuery(streamsQuery)
  const { rates } = useHeard()
  const history = useRateHistory()
  if (!data) {
    return <Page title="Streams">{error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading />}</Page>
  }
  const rows = data.streams.map((stream) => ({
    ...stream,
    perSecond: rates[stream.name]?.received ?? 0,
    history: history[stream.name] ?? [],
  }))
  return (
    <Page
      title="Streams"
      summary={summaryOf(data.streams)}
      actions={rows.length > 0 && <TextLink to="/rejects">Rejects</TextLink>}
    >
      {rows.map(({ name, trouble }) => trouble !== null && <Trouble key={name} stream={name} trouble={trouble} />)}
      {rows.length === 0 ? (
        <Empty title="No streams yet">
          Declare one in millrace.config.ts under <code>streams</code>: its address is then{' '}
          <code>/v1/streams/NAME</code>.
        </Empty>
      ) : (
        <DataTable
          label="Streams"
          columns={columns}
          rows={rows}
          keyOf={({ name }) => name}
          order={{ by: 'name', way: 'up' }}
        />
      )}
    </Page>
  )
}

function summaryOf(streams: readonly StreamView[]): string {
  const sum = (of: (stream: StreamView) => number) => rough(streams.reduce((total, each) => total + of(each), 0))
  const taken = sum(({ counts }) => counts.accepted)
  return `${counted(streams.length, 'stream')}, ${taken} events taken, ${sum(({ counts }) => counts.pending)} on their way to a table`
}
