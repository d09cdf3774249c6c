import { Page } from '../parts/page.tsx'
import { Empty } from '../parts/states.tsx'

export function UnbuiltModels() {
  return (
    <Page title="Models">
      <Empty title="Models are shown on the command line">
        <code>millrace plan</code> says which are stale, <code>millrace build</code> builds them.
      </Empty>
    </Page>
  )
}
