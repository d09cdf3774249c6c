import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { RunView } from '../../../../src/api/runs.ts'
import { afterRun, buildAll, buildModel } from '../../data/runs.ts'
import { useIsAdmin } from '../../data/session.ts'
import { Button } from '../../parts/button.tsx'
import { messageOf } from '../../parts/states.tsx'
import { useToast } from '../../parts/toast.tsx'
import { useNewestRun } from './newest-run.ts'

/** Builds one model, alone or with what hangs on it. */
export function BuildModel({ model, readers }: { readonly model: string; readonly readers: number }) {
  const { build, isBusy } = useBuild()
  if (!useIsAdmin()) return null
  return (
    <>
      {readers > 0 && (
        <Button disabled={isBusy} onClick={() => build(() => buildModel({ model, downstream: true }))}>
          Build with what hangs on it
        </Button>
      )}
      <Button look="main" disabled={isBusy} onClick={() => build(() => buildModel({ model }))}>
        Build
      </Button>
    </>
  )
}

/** Builds what a view reads, where that keeps its answers from being live. */
export function BuildInputs({ model, stale }: { readonly model: string; readonly stale: readonly string[] }) {
  const { build, isBusy } = useBuild()
  if (!useIsAdmin() || stale.length === 0) return null
  return (
    <Button
      look="main"
      disabled={isBusy}
      title={stale.join(', ')}
      onClick={() => build(() => buildModel({ model, upstream: true }))}
    >
      Build what it reads
    </Button>
  )
}

/** Builds all that is stale. */
export function BuildStale({ stale }: { readonly stale: number }) {
  const { build, isBusy } = useBuild()
  if (!useIsAdmin()) return null
  return (
    <Button look="main" disabled={isBusy || stale === 0} onClick={() => build(buildAll)}>
      Build what is stale
    </Button>
  )
}

function useBuild() {
  const queries = useQueryClient()
  const toast = useToast()
  const newest = useNewestRun()
  const { mutate, isPending } = useMutation({
    mutationFn: (begin: () => Promise<RunView>) => begin(),
    onError: (error) => toast(messageOf(error), 'bad'),
    onSettled: () => afterRun(queries),
  })
  return { build: mutate, isBusy: isPending || newest?.outcome === 'running' }
}
