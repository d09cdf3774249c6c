import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { runQuery, runsQuery } from '../../data/runs.ts'
import { Button } from '../../parts/button.tsx'
import { Empty, Failure, Loading } from '../../parts/states.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import { Run } from './run.tsx'

const [few, most] = [20, 500] as const

/** One run, which a link has named. */
export function OneRun({ id }: { readonly id: string }) {
  const { data: run, error, refetch } = useQuery(runQuery(id))
  return (
    <>
      {run ? (
        <Run run={run} label={`Run of ${run.subject}`} />
      ) : error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading />
      )}
      <TextLink to="/models" search={{ tab: 'runs' }}>
        All runs
      </TextLink>
    </>
  )
}

/** What was run on the project, the newest first. */
export function Runs() {
  const [limit, setLimit] = useState<number>(few)
  const { data, error, refetch } = useQuery({ ...runsQuery(limit), placeholderData: keepPreviousData })
  if (!data) return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading />
  if (data.runs.length === 0)
    return (
      <Empty title="Nothing was run yet.">Builds, tests, loads and checks are told here, whoever begins them.</Empty>
    )
  return (
    <>
      {data.runs.map((run) => (
        <Run key={run.id} run={run} label={`Run of ${run.subject}`} />
      ))}
      {data.next !== null && limit < most && (
        <Button look="quiet" small onClick={() => setLimit(Math.min(limit * 5, most))}>
          Older runs
        </Button>
      )}
    </>
  )
}
