import { ApiError } from '../data/api.ts'
import { Page } from '../parts/page.tsx'
import { Failure } from '../parts/states.tsx'

/** In the place of a page that is not for whoever looks: as the server refuses what it would ask. */
export function Refused() {
  const message = 'this token is not for this page'
  const hint = 'sign in with another one; which are for what stands under `server.tokens` of the project'
  return (
    <Page title="Not for this token">
      <Failure error={new ApiError(403, { code: 'TOKEN_REFUSED', message, hint })} />
    </Page>
  )
}
