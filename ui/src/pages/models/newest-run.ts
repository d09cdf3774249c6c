import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { RunView } from '../../../../src/api/runs.ts'
import { afterRun, runsQuery } from '../../data/runs.ts'
import { useIsAdmin } from '../../data/session.ts'

/** The newest run, for admins; once it has ended, what it has changed is asked for again, also where no table has moved. */
export function useNewestRun(): RunView | undefined {
  const queries = useQueryClient()
  const { data } = useQuery({ ...runsQuery(1), enabled: useIsAdmin() })
  const [run] = data?.runs ?? []
  const state = run && `${run.id} ${run.outcome}`
  const before = useRef(state)
  useEffect(() => {
    if (before.current !== undefined && before.current !== state) void afterRun(queries)
    before.current = state
  }, [queries, state])
  return run
}
