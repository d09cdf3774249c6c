import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { StreamView } from '../../../../src/api/streams.ts'
import { useHeard } from '../../data/changes/provider.tsx'
import { streamsQuery } from '../../data/streams.ts'
import { Fact, Facts } from '../../parts/facts.tsx'
import { Count } from '../../parts/figures.tsx'
import { Page } from '../../parts/page.tsx'
import { Empty, Failure, Loading } from '../../parts/states.tsx'
import { Tabs } from '../../parts/tabs.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import { Contract } from './contract.tsx'
import { Events } from './events.tsx'
import { lastBefore } from './offsets.ts'
import { Rate } from './rate.tsx'
import { useRateHistory } from './rate-history.ts'
import { Refused } from './refused.tsx'
import { Send } from './send.tsx'
import { Trouble } from './trouble.tsx'

const route = getRouteApi('/streams/$name')

/** One stream: what comes, what it must look like, and how to send it. */
export function Stream() {
  const { name } = route.useParams()
  const { data, error, refetch } = useQuery(streamsQuery)
  const parent = <TextLink to="/streams">Streams</TextLink>
  const stream = data?.streams.find((each) => each.name === name)
  if (stream) {
    return (
      <Page title={name} parent={parent}>
        {stream.trouble !== null && <Trouble stream={name} trouble={stream.trouble} />}
        <Overview stream={stream} />
        <Parts stream={stream} />
      </Page>
    )
  }
  return (
    <Page title={name} parent={parent}>
      {data ? (
        <Empty title="There is no such stream.">
          <TextLink to="/streams">Those that there are</TextLink>
        </Empty>
      ) : error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading />
      )}
    </Page>
  )
}

/** What has come, and what became of it, in the words of the ledger. */
function Overview({ stream: { name, counts, offsets, waiting } }: { readonly stream: StreamView }) {
  const { rates } = useHeard()
  const history = useRateHistory()
  return (
    <>
      <Facts>
        <Fact name="Events">
          <Rate perSecond={rates[name]?.received ?? 0} history={history[name]} numberFirst />
        </Fact>
        <Fact name="Received">
          <Count of={counts.received} />
        </Fact>
        <Fact name="Accepted">
          <Count of={counts.accepted} />
        </Fact>
        <Fact name="Duplicates">
          <Count of={counts.duplicates} />
        </Fact>
        <Fact name={counts.conflicts === 0 ? 'Rejected on arrival' : 'Rejected on arrival, of them conflicts'}>
          <Refused table={name} count={counts.rejected} />
          {counts.conflicts > 0 && (
            <>
              , <Count of={counts.conflicts} />
            </>
          )}
        </Fact>
        {counts.mended > 0 && (
          <Fact name="Mended">
            <Count of={counts.mended} />
          </Fact>
        )}
      </Facts>
      <Facts>
        <Fact name="Stored in the table">
          <Count of={counts.stored} />
        </Fact>
        <Fact name="Rejected by a rule">
          <Refused table={name} count={counts.rejected_by_rule} />
        </Fact>
        {counts.late_duplicates > 0 && (
          <Fact name="Late duplicates">
            <Count of={counts.late_duplicates} />
          </Fact>
        )}
        <Fact name="Waiting for the table">
          <Count of={counts.pending} />
        </Fact>
        <Fact name="Records waiting, rejects too">
          <Count of={waiting.records} /> of at most <Count of={waiting.limit} />
        </Fact>
        <Fact name="Newest offset">
          <span className="number">{lastBefore(offsets.next)}</span>
        </Fact>
        <Fact name="Stored or rejected to offset">
          <span className="number">{lastBefore(offsets.stored)}</span>
        </Fact>
      </Facts>
    </>
  )
}

function Parts({ stream }: { readonly stream: StreamView }) {
  const { tab = 'events' } = route.useSearch()
  const tabs = [
    { id: 'events', title: 'Events' },
    { id: 'contract', title: 'Contract', count: stream.columns.length },
    { id: 'send', title: 'Send' },
  ] as const
  return (
    <>
      <Tabs label={`Parts of ${stream.name}`} tabs={tabs} current={tab} />
      {tab === 'events' && <Events stream={stream} />}
      {tab === 'contract' && <Contract stream={stream} />}
      {tab === 'send' && <Send stream={stream} />}
    </>
  )
}
