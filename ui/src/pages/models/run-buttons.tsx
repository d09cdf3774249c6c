import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { RunView } from '../../../../src/api/runs.ts'
import { afterRun, buildAll, buildModel, testModels } from '../../data/runs.ts'
import { useIsAdmin } from '../../data/session.ts'
import { Button } from '../../parts/button.tsx'
import { messageOf } from '../../parts/states.tsx'
import { useToast } from '../../parts/toast.tsx'
import { useNewestRun } from './newest-run.ts'

/** Builds one model, alone or with what hangs on it. */
export function BuildModel({ model, readers }: { readonly model: string; readonly readers: number }) {
  const { begin, isBusy } = useBegin()
  if (!useIsAdmin()) return null
  return (
    <>
      {readers > 0 && (
        <Button disabled={isBusy} onClick={() => begin(() => buildModel({ model, downstream: true }))}>
          Build with what hangs on it
        </Button>
      )}
      <Button look="main" disabled={isBusy} onClick={() => begin(() => buildModel({ model }))}>
        Build
      </Button>
    </>
  )
}

/** Builds what a view reads, where that keeps its answers from being live. */
export function BuildInputs({ model, stale }: { readonly model: string; readonly stale: readonly string[] }) {
  const { begin, isBusy } = useBegin()
  if (!useIsAdmin() || stale.length === 0) return null
  return (
    <Button
      look="main"
      disabled={isBusy}
      title={stale.join(', ')}
      onClick={() => begin(() => buildModel({ model, upstream: true }))}
    >
      Build what it reads
    </Button>
  )
}

/** Builds all that is stale. */
export function BuildStale({ stale }: { readonly stale: number }) {
  const { begin, isBusy } = useBegin()
  if (!useIsAdmin()) return null
  return (
    <Button look="main" disabled={isBusy || stale === 0} onClick={() => begin(buildAll)}>
      Build what is stale
    </Button>
  )
}

/** Runs the tests of one model; of all where none is named. */
export function RunTests({ model }: { readonly model?: string }) {
  const { begin, isBusy, underWay } = useBegin()
  if (!useIsAdmin()) return null
  const word = model === undefined ? 'Run all tests' : 'Run its tests'
  return (
    <Button disabled={isBusy} onClick={() => begin(() => testModels(model === undefined ? [] : [model]))}>
      {underWay?.kind === 'test' ? 'Running tests' : word}
    </Button>
  )
}

/** Begins a run; one at a time. */
function useBegin() {
  const queries = useQueryClient()
  const toast = useToast()
  const newest = useNewestRun()
  const { mutate, isPending } = useMutation({
    mutationFn: (begun: () => Promise<RunView>) => begun(),
    onError: (error) => toast(messageOf(error), 'bad'),
    onSettled: () => afterRun(queries),
  })
  const underWay = newest?.outcome === 'running' ? newest : undefined
  return { begin: mutate, isBusy: isPending || underWay !== undefined, underWay }
}
