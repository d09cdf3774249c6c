import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { Page } from '../parts/page.tsx'
import { Failure } from '../parts/states.tsx'

/** One page that fails leaves the rest of the interface as it is. */
export function PageFailure({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const again = () => {
    reset()
    void router.invalidate()
  }
  return (
    <Page title="This page cannot be shown">
      <Failure error={error} onRetry={again} />
    </Page>
  )
}
