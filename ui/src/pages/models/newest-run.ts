import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { RunView } from '../../../../src/api/runs.ts'
import { afterRun, runsQuery } from '../../data/runs.ts'
import { useIsAdmin } from '../../data/session.ts'

/** Runs that are looked at for one that is under way: others may have begun and ended since. */
const looked = 5

/** So long what a run has come to is shown on the pages of its models. */
const shownMs = 10 * 60_000

/** Whether a run is under way, or has ended a short while ago; of one that was lost only its beginning is known. */
export function isNews({ outcome, started_at: began, ended_at: ended }: RunView, nowMs: number): boolean {
  return outcome === 'running' || nowMs - Date.parse(ended ?? began) <= shownMs
}

/** The run under way or else the newest, for admins; once it has ended, what it has changed is asked for again, also where no table has moved. */
export function useNewestRun(): RunView | undefined {
  const queries = useQueryClient()
  const { data } = useQuery({ ...runsQuery(looked), enabled: useIsAdmin() })
  const runs = data?.runs ?? []
  const run = runs.find(({ outcome }) => outcome === 'running') ?? runs[0]
  // that there is none is known too: the first is news
  const state = data && (run ? `${run.id} ${run.outcome}` : 'none')
  const before = useRef(state)
  useEffect(() => {
    if (before.current !== undefined && before.current !== state) void afterRun(queries)
    before.current = state
  }, [queries, state])
  return run
}
